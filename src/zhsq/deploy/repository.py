"""Write a bundle into a Triton model repository: one model per graph, immutable versions, for two backends.

<repository>/<bundle name>__<graph>/
  config.pbtxt      made with Triton's own protobuf; names the bundle's sha256 of each version
  labels.txt        when the bundle has labels
  <version>/        model.onnx, bundle.yaml (the card), bundle.json (whose files these are), model.py (python variant)
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from zhsq.errors import BundleError, MissingExtraError
from zhsq.models.bundle import SPEC_FILE, Bundle, BundleSpec, GraphSpec, TensorSpec, sha256_file
from zhsq.runtime.triton import DATATYPES, SHA_PARAMETER, model_name

Variant = Literal["python", "onnxruntime"]
VARIANTS: tuple[Variant, ...] = ("python", "onnxruntime")
CARD = "bundle.json"
CONFIG = "config.pbtxt"
#: Items in one request to a batched graph; a longer batch is sent in several.
MAX_BATCH = 64
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
    bundle: Bundle, repository: Path, *, variant: Variant, version: int | None = None, serve: Iterable[int] = ()
) -> list[ExportedModel]:
    """Write every graph of a bundle as the next version of its model; the same bundle is not written twice.

    Args:
        bundle: a verified bundle.
        repository: the folder that Triton is started on.
        variant: 'onnxruntime' for NVIDIA's image, 'python' for a Triton with the Python backend only.
        version: write this version rather than the next free one.
        serve: versions that the config keeps serving beside the newest two, if they exist.

    Raises:
        BundleError: the version holds another bundle or was touched, the repository holds the other variant, or the
            graph's signature differs from that of the versions before.
        MissingExtraError: the extra `deploy` is not installed.
    """
    model_config_module()  # before anything is written
    return [
        _export_graph(bundle, graph, repository, variant=variant, version=version, serve=set(serve))
        for graph in sorted(bundle.spec.graphs)
    ]


def _export_graph(
    bundle: Bundle, graph: str, repository: Path, *, variant: Variant, version: int | None, serve: set[int]
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
            write_config(folder, served=_newest(have) | (serve & set(have)))
            return ExportedModel(folder.name, number, folder / str(number), variant, fresh=False)
    number = version if version is not None else max(have, default=0) + 1
    if number < 1:
        raise BundleError(f"A Triton version is a whole number from 1, not {number}.")
    target = folder / str(number)
    if target.exists():
        raise BundleError(
            f"{target} holds another bundle ({have[number]['sha256'][:12]}); versions are never overwritten."
            if number in have
            else f"{target} exists and was not written by zhsq; versions are never overwritten.",
            "Leave the version out to get the next one.",
        )
    if have and (before := _card_graph(folder / str(max(have)), graph)) is not None:
        _same_signature(bundle, graph, before, folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_version(bundle, graph, variant, target)
    if bundle.spec.labels:
        _replace(folder / "labels.txt", "\n".join(bundle.spec.labels) + "\n")
    have = versions(folder)
    write_config(folder, served=_newest(have) | (serve & set(have)))
    return ExportedModel(folder.name, number, target, variant)


def _newest(have: Iterable[int]) -> set[int]:
    return set(sorted(have)[-KEPT:])


def _write_version(bundle: Bundle, graph: str, variant: Variant, target: Path) -> None:
    """Written beside its place and renamed: a half-written version is never seen under its number."""
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=target.parent))
    try:
        shutil.copyfile(bundle.graph_path(graph), draft / "model.onnx")
        shutil.copyfile(bundle.path / SPEC_FILE, draft / SPEC_FILE)
        if variant == "python":
            with as_file(files("zhsq.deploy") / "templates" / "python_backend_model.py") as template:
                shutil.copyfile(template, draft / "model.py")
        hashes = {file.name: sha256_file(file) for file in sorted(draft.iterdir())}
        card = {
            "bundle": bundle.name,
            "bundle_version": bundle.version,
            "sha256": bundle.sha256,
            "graph": graph,
            "variant": variant,
            "files": hashes,
        }
        (draft / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        draft.chmod(0o755)  # mkdtemp makes it private; the server may run as another user
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def versions(folder: Path) -> dict[int, dict[str, Any]]:
    """The versions that zhsq wrote into a model's folder: number -> its bundle.json."""
    if not folder.is_dir():
        return {}
    cards = {int(f.name): f / CARD for f in folder.iterdir() if f.name.isdigit() and (f / CARD).is_file()}
    return {number: json.loads(cards[number].read_text(encoding="utf-8")) for number in sorted(cards)}


def verify_version(path: Path) -> None:
    """Compare every file of an exported version with what was written.

    Raises:
        BundleError: a file is missing or was changed.
    """
    card = json.loads((path / CARD).read_text(encoding="utf-8"))
    for name, digest in card["files"].items():
        if not (path / name).is_file():
            raise BundleError(f"{path} misses {name}.", "Remove this version's folder and export again.")
        if sha256_file(path / name) != digest:
            raise BundleError(
                f"{path / name} was changed after it was exported.", "Remove this version's folder and export again."
            )


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


def write_config(folder: Path, *, served: Iterable[int], deployed: int | None = None) -> None:
    """Write config.pbtxt from the versions on disk.

    Args:
        folder: a model's folder that holds at least one version.
        served: versions that Triton is to keep loaded.
        deployed: recorded as the version in use, for people who read the config.
    """
    from google.protobuf import text_format  # type: ignore[import-untyped]

    have = versions(folder)
    newest = have[max(have)]
    spec = _card_graph(folder / str(max(have)), newest["graph"])
    if spec is None:
        raise BundleError(f"{folder}: the newest version's card lacks graph {newest['graph']}.", "Export again.")
    config = _model_config(folder.name, spec, newest["variant"])
    config.version_policy.specific.versions.extend(sorted(set(served)))
    for number, card in have.items():
        config.parameters[f"{SHA_PARAMETER}_{number}"].string_value = card["sha256"]
    if deployed is not None:
        config.parameters["zhsq_deployed"].string_value = str(deployed)
    _replace(folder / CONFIG, cast(str, text_format.MessageToString(config)))


def _model_config(name: str, spec: GraphSpec, variant: Variant) -> Any:
    pb = model_config_module()
    config = pb.ModelConfig(name=name, backend=variant, max_batch_size=MAX_BATCH if spec.batched else 0)
    if variant == "onnxruntime":
        config.platform = "onnxruntime_onnx"
        config.default_model_filename = "model.onnx"
    kind = pb.ModelInstanceGroup.KIND_CPU if variant == "python" else pb.ModelInstanceGroup.KIND_AUTO
    config.instance_group.add(count=1, kind=kind)
    for tensor in spec.inputs:
        _tensor(config.input.add(), tensor, spec.batched)
    for tensor in spec.outputs:
        _tensor(config.output.add(), tensor, spec.batched)
    if spec.batched:
        config.dynamic_batching.SetInParent()  # no queue delay: requests that wait anyway run together
    return config


def _tensor(target: Any, tensor: TensorSpec, batched: bool) -> None:
    pb = model_config_module()
    target.name = tensor.name
    target.data_type = pb.DataType.Value(f"TYPE_{DATATYPES[tensor.dtype]}")
    dims = tensor.shape[1:] if batched else tensor.shape
    target.dims.extend(dims or (1,))
    if not dims:
        target.reshape.SetInParent()  # one scalar per item: (n, 1) on the wire, (n,) for the graph


def model_config_module() -> Any:
    """Triton's `model_config_pb2`.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
    """
    try:
        from tritonclient.grpc import model_config_pb2
    except ImportError as error:
        raise MissingExtraError("deploy", "Writing a Triton repository") from error
    return model_config_pb2


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
