"""Write a bundle into a Triton model repository: a model per graph, and its pipeline as one more; immutable versions.

<repository>/<bundle name>__<graph>/
  config.pbtxt      made with Triton's own protobuf; names the bundle's sha256 of each version
  serving.json      instances, batching and queue limits that the config was made with
  labels.txt        when the bundle has labels
  <version>/        model.onnx, bundle.yaml (the card), bundle.json (whose files these are), model.py (python variant)
<repository>/<bundle name>/     the pipeline: see `zhsq.deploy.pipeline`
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import cast, get_args

import yaml

from zhsq.deploy.model_config import Variant, model_config, model_config_module, warmup_files
from zhsq.deploy.pipeline import Graphs, pipeline_signature, write_pipeline
from zhsq.deploy.serving import Serving
from zhsq.deploy.versions import CARD, CONFIG, next_version, verify_version, versions, write_version
from zhsq.errors import BundleError
from zhsq.files import replace_file
from zhsq.models.answering import Signature
from zhsq.models.bundle import SPEC_FILE, Bundle, BundleSpec, GraphSpec
from zhsq.runtime.triton import SHA_PARAMETER, model_name

__all__ = ["CARD", "VARIANTS", "ExportedModel", "Variant", "export", "verify_version", "versions", "write_config"]

VARIANTS: tuple[Variant, ...] = get_args(Variant)
SERVING, WARMUP = "serving.json", "warmup"
#: Versions that a config serves when nothing was deployed yet: the newest ones.
KEPT = 2


@dataclass(frozen=True)
class ExportedModel:
    """One version of one model in a repository. `fresh` is False when this bundle had been exported before."""

    name: str
    version: int
    path: Path
    variant: Variant
    fresh: bool = True


def export(
    bundle: Bundle,
    repository: Path,
    *,
    variant: Variant,
    version: int | None = None,
    serve: Iterable[int] = (),
    pipeline: bool = False,
    graphs: Graphs | None = None,
    serving: Serving | None = None,
) -> list[ExportedModel]:
    """Write every graph of a bundle as the next version of its model; the same bundle is not written twice.

    Args:
        bundle: a verified bundle.
        repository: the folder that Triton is started on.
        variant: 'onnxruntime' for NVIDIA's image, 'python' for a Triton with the Python backend only.
        version: write this version rather than the next free one.
        serve: versions that the config keeps serving beside the newest two, if they exist.
        pipeline: write the bundle's pipeline too, last in the list: it may ask the others.
        graphs: where the pipeline's graphs run; by default inside it for 'python', and served for 'onnxruntime'.
        serving: instances, batching, queue limits; None keeps what each model was exported with, else the defaults.

    Raises:
        BundleError: the version holds another bundle or was touched, the repository holds the other variant, the
            graph's signature differs from that of the versions before, or the task has no pipeline.
        MissingExtraError: the extra `deploy` is not installed.
    """
    model_config_module()  # before anything is written
    exported = [
        _export_graph(bundle, graph, repository, variant=variant, version=version, serve=set(serve), serving=serving)
        for graph in sorted(bundle.spec.graphs)
    ]
    if pipeline:
        where: Graphs = graphs or ("inside" if variant == "python" else "served")
        models = {graph: one.version for graph, one in zip(sorted(bundle.spec.graphs), exported, strict=True)}
        folder = repository / bundle.name
        number, fresh = write_pipeline(bundle, folder, variant=variant, graphs=where, models=models, version=version)
        _warmup(folder)
        _finish(bundle, folder, set(serve), serving)
        exported.append(ExportedModel(folder.name, number, folder / str(number), variant, fresh))
    return exported


def _export_graph(
    bundle: Bundle,
    graph: str,
    repository: Path,
    *,
    variant: Variant,
    version: int | None,
    serve: set[int],
    serving: Serving | None,
) -> ExportedModel:
    folder = repository / model_name(bundle.name, graph)
    have = versions(folder)
    for number, card in have.items():
        if card["variant"] != variant:
            raise BundleError(
                f"{folder} holds the variant {card['variant']}.", "Give each variant a repository of its own."
            )
        if card["sha256"] == bundle.sha256 and version in (None, number):
            verify_version(folder / str(number))
            _finish(bundle, folder, serve, serving)
            return ExportedModel(folder.name, number, folder / str(number), variant, fresh=False)
    target = next_version(folder, version)
    if have and (before := _card_graph(folder / str(max(have)), graph)) is not None:
        _same_signature(bundle, graph, before, folder)

    def fill(draft: Path) -> None:
        shutil.copyfile(bundle.graph_path(graph), draft / "model.onnx")
        shutil.copyfile(bundle.path / SPEC_FILE, draft / SPEC_FILE)
        if variant == "python":
            with as_file(files("zhsq.deploy") / "templates" / "python_backend_model.py") as template:
                shutil.copyfile(template, draft / "model.py")

    write_version(target, bundle, {"graph": graph, "variant": variant}, fill)
    _finish(bundle, folder, serve, serving)
    return ExportedModel(folder.name, int(target.name), target, variant)


def _finish(bundle: Bundle, folder: Path, serve: set[int], serving: Serving | None) -> None:
    """What stands beside the versions: labels, limits, config."""
    if bundle.spec.labels:
        replace_file(folder / "labels.txt", "\n".join(bundle.spec.labels) + "\n")
    if serving is not None or not (folder / SERVING).is_file():
        text = (serving or Serving()).model_dump_json(indent=2)
        replace_file(folder / SERVING, f"{text}\n")
    have = versions(folder)
    write_config(folder, served=set(sorted(have)[-KEPT:]) | (serve & set(have)))


def _warmup(folder: Path) -> None:
    """The picture of a drawn plate: any picture goes through decoding, the first network and the answer."""
    from zhsq.quickstart.samples import jpeg, plate

    (folder / WARMUP).mkdir(exist_ok=True)
    for name, content in warmup_files(jpeg(plate())).items():
        replace_file(folder / WARMUP / name, content)


def _card_graph(path: Path, graph: str) -> GraphSpec | None:
    spec = BundleSpec.model_validate(yaml.safe_load((path / SPEC_FILE).read_text(encoding="utf-8")))
    return spec.graphs.get(graph)


def _same_signature(bundle: Bundle, graph: str, before: GraphSpec, folder: Path) -> None:
    """All versions of a Triton model share one config: another signature there would break the versions before."""
    if before.model_copy(update={"file": ""}) != bundle.graph(graph).model_copy(update={"file": ""}):
        raise BundleError(
            f"Graph {graph} of {bundle.name} {bundle.version} has another signature than {folder.name}'s versions.",
            "Give a bundle with another signature another name.",
        )


def write_config(folder: Path, *, served: Iterable[int]) -> None:
    """Write config.pbtxt from the versions on disk, and the limits beside them.

    Args:
        folder: a model's folder that holds at least one version.
        served: versions that Triton is to keep loaded.
    """
    from google.protobuf import text_format  # type: ignore[import-untyped]

    have = versions(folder)
    newest = have[max(have)]
    path = folder / SERVING
    serving = Serving.load(path) if path.is_file() else Serving()
    asks = any(card.get("pipeline", {}).get("graphs") == "served" for card in have.values())
    config = model_config(folder.name, _what(folder, max(have)), newest["variant"], serving, asks=asks)
    config.version_policy.specific.versions.extend(sorted(set(served)))
    for number, card in have.items():
        config.parameters[f"{SHA_PARAMETER}_{number}"].string_value = card["sha256"]
    replace_file(folder / CONFIG, cast(str, text_format.MessageToString(config)))


def _what(folder: Path, number: int) -> GraphSpec | Signature:
    """What a version is: its graph, or its pipeline's signature."""
    card = versions(folder)[number]
    if "pipeline" in card:
        return pipeline_signature(folder / str(number))
    spec = _card_graph(folder / str(number), card["graph"])
    if spec is None:
        raise BundleError(f"{folder}: the newest version's card lacks graph {card['graph']}.", "Export again.")
    return spec
