"""A bundle's pipeline as one Triton model: from an encoded image to a result in one call.

<repository>/<bundle name>/
  config.pbtxt, serving.json, labels.txt, warmup/
  <version>/   model.py    runs under Triton's Python backend
               code.zip    zhsq's own code as it was at the export: what was exported is what runs
               bundle/     the whole bundle, verified when the server loads it
               bundle.json the card: files, and where the graphs run

The graphs run 'inside' the pipeline's process with ONNX Runtime, or are 'served': asked of the graphs' own Triton models.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import yaml

from zhsq.deploy.versions import next_version, verify_version, versions, write_version
from zhsq.errors import BundleError
from zhsq.files import sha256_file
from zhsq.models.answering import Signature, signature
from zhsq.models.bundle import SPEC_FILE, Bundle, BundleSpec

#: Where a pipeline's graphs run. Inside is the faster on a CPU (docs/deploy.md); NVIDIA's image serves them.
Graphs = Literal["inside", "served"]
CODE, MODEL, BUNDLE = "code.zip", "model.py", "bundle"
#: Of zhsq's package, what a pipeline needs; `models/zoo` holds weights and builds bundles.
_CODE = (
    "__init__.py",
    "errors.py",
    "files.py",
    "imaging.py",
    "spans.py",
    "runtime/__init__.py",
    "runtime/onnx.py",
    "runtime/turns.py",
    "models/**/*.py",
)
_LEFT_OUT = ("models/zoo/",)


def write_pipeline(
    bundle: Bundle, folder: Path, *, variant: str, graphs: Graphs, models: Mapping[str, int], version: int | None
) -> tuple[int, bool]:
    """Write a pipeline's version, unless the very same is there: bundle, code, and where its graphs run.

    Args:
        bundle: a verified bundle of a task that has a pipeline.
        folder: the model's.
        variant: of the repository.
        graphs: where they run.
        models: the version of each graph's model (graph -> version), asked when they are served.
        version: write this one rather than the next.

    Returns:
        The version, and whether it was written now.

    Raises:
        BundleError: the task has no pipeline; the version is taken or was touched; or inputs or outputs differ from
            those of the versions before.
    """
    takes_and_gives = _plain(signature(bundle))
    code = code_archive()
    with as_file(files("zhsq.deploy") / "templates" / "pipeline_model.py") as template:
        program = template.read_bytes()
    card: dict[str, Any] = {
        "variant": variant,
        "pipeline": {"signature": takes_and_gives, "graphs": graphs, "models": dict(models)},
    }
    same = {
        CODE: hashlib.sha256(code).hexdigest(),
        MODEL: hashlib.sha256(program).hexdigest(),
        f"{BUNDLE}/{SPEC_FILE}": sha256_file(bundle.path / SPEC_FILE),
    }
    for number, have in versions(folder).items():
        if have["variant"] != variant:
            raise BundleError(
                f"{folder} holds the variant {have['variant']}.", "Give each variant a repository of its own."
            )
        if "pipeline" not in have:
            raise BundleError(f"{folder} holds no pipeline.", "Give the bundle another name, or use another folder.")
        before = have["pipeline"]
        if before["signature"] != takes_and_gives:
            raise BundleError(
                f"The pipeline of {bundle.name} {bundle.version} has other inputs or outputs than {folder}'s version "
                f"{number}.",
                "Give a bundle with another signature another name, or use another repository.",
            )
        running = (before["graphs"], before["models"]) if graphs == "served" else (before["graphs"],)
        wanted = (graphs, dict(models)) if graphs == "served" else (graphs,)
        if running == wanted and same.items() <= have["files"].items() and version in (None, number):
            verify_version(folder / str(number))
            return number, False
    target = next_version(folder, version)

    def fill(draft: Path) -> None:
        shutil.copytree(bundle.path, draft / BUNDLE)
        (draft / CODE).write_bytes(code)
        (draft / MODEL).write_bytes(program)

    write_version(target, bundle, card, fill)
    return int(target.name), True


def pipeline_signature(version: Path) -> Signature:
    """What an exported version takes and gives, by its bundle."""
    spec = BundleSpec.model_validate(yaml.safe_load((version / BUNDLE / SPEC_FILE).read_text(encoding="utf-8")))
    return signature(Bundle(version / BUNDLE, spec))


def code_archive() -> bytes:
    """zhsq's code that a pipeline needs, as a zip; the same code gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _code():
            entry = zipfile.ZipInfo(f"zhsq/{name}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _code() -> Iterator[tuple[str, bytes]]:
    with as_file(files("zhsq")) as root:
        found = {path.relative_to(root).as_posix(): path for pattern in _CODE for path in root.glob(pattern)}
        for name in sorted(found):
            if not name.startswith(_LEFT_OUT):
                yield name, found[name].read_bytes()


def _plain(what: Signature) -> dict[str, Any]:
    """As JSON keeps it: lists in place of tuples."""
    plain = asdict(what)
    for side in ("inputs", "outputs"):
        plain[side] = [{**field, "shape": list(field["shape"])} for field in plain[side]]
    return plain
