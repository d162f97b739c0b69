"""The model bundle: an immutable, content-addressed folder with `bundle.yaml` and its ONNX graphs.

Everything runs bundles: the benchmark, the in-process runtime, Triton and the API. `bundle.yaml` names the
sha256 of every other file, and its own `content_sha256` is the sha256 of its canonical JSON without that field,
so that a touched byte anywhere is seen. Nothing in it depends on time: the same inputs give the same address.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhsq.errors import BundleError
from zhsq.files import sha256_file

SPEC_FILE = "bundle.yaml"
Task = Literal["face", "face-liveness", "plate", "video-anomaly"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TensorSpec(_Frozen):
    """One input or output. A dimension of -1 is free; the first is the batch."""

    name: str
    dtype: Literal["float32", "uint8", "int64"] = "float32"
    shape: tuple[int, ...]


class GraphSpec(_Frozen):
    """One ONNX graph of a bundle."""

    file: str
    inputs: tuple[TensorSpec, ...] = Field(min_length=1)
    outputs: tuple[TensorSpec, ...] = Field(min_length=1)
    #: Whether several items may be stacked on axis 0 (every shape then starts with -1).
    batched: bool = True


class Threshold(_Frozen):
    """A decision threshold and where it came from; never from the split that is reported."""

    name: str
    value: float
    protocol: str
    data: str
    release: str
    split: str


class Metric(_Frozen):
    """A measured figure with its 95 % interval."""

    name: str
    value: float
    low: float
    high: float
    protocol: str
    data: str
    release: str
    n: int


class Licence(_Frozen):
    """Terms of one ingredient. `spdx` is 'UNDECLARED' when its maker states none."""

    name: str
    spdx: str
    source: str
    #: Whether the terms allow deployment in a product; None when nothing is declared.
    deployable: bool | None


class Provenance(_Frozen):
    """How the bundle came to be."""

    built_by: str
    git_commit: str = ""
    mlflow_run: str = ""
    parents: tuple[str, ...] = ()


class BundleSpec(_Frozen):
    """`bundle.yaml`. `params` are the family's own pre- and post-processing parameters, checked by its pipeline."""

    format: Literal[1] = 1
    task: Task
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: str = Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    description: str = ""
    graphs: dict[str, GraphSpec] = Field(min_length=1)
    params: dict[str, Any] = {}
    labels: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    metrics: tuple[Metric, ...] = ()
    weights_licences: tuple[Licence, ...] = ()
    training_data_licences: tuple[Licence, ...] = ()
    provenance: Provenance
    files: dict[str, str] = {}
    content_sha256: str = ""

    def address(self) -> str:
        """The sha256 (64 hex digits) of this spec without `content_sha256`, as canonical JSON."""
        body = self.model_dump(mode="json", exclude={"content_sha256"})
        return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Bundle:
    """A bundle on disk whose files were verified. Make one with `Bundle.load` or `Bundle.build`."""

    def __init__(self, path: Path, spec: BundleSpec) -> None:
        self.path = path
        self.spec = spec

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def version(self) -> str:
        return self.spec.version

    @property
    def sha256(self) -> str:
        return self.spec.content_sha256

    def graph_path(self, graph: str) -> Path:
        return self.path / self.graph(graph).file

    def graph(self, graph: str) -> GraphSpec:
        try:
            return self.spec.graphs[graph]
        except KeyError:
            known = ", ".join(sorted(self.spec.graphs))
            raise BundleError(f"Bundle {self.name} has no graph {graph!r}.", f"It has: {known}.") from None

    def threshold(self, name: str) -> Threshold:
        for threshold in self.spec.thresholds:
            if threshold.name == name:
                return threshold
        raise BundleError(f"Bundle {self.name} {self.version} carries no threshold {name!r}.", "Calibrate it first.")

    def __repr__(self) -> str:
        return f"Bundle({self.name} {self.version} {self.sha256[:12]})"

    @classmethod
    def build(cls, spec: BundleSpec, files: Mapping[str, Path | bytes], store: Path) -> Bundle:
        """Write a bundle to `<store>/<name>-<version>-<sha12>`; the same content is not written twice.

        Args:
            spec: everything but `files` and `content_sha256`, which are filled in here.
            files: relative name -> content or the path to copy; every graph's file must be among them.
            store: the folder of bundles.

        Raises:
            BundleError: a graph's file is missing, or a name leaves the bundle.
        """
        for graph in spec.graphs.values():
            if graph.file not in files:
                raise BundleError(f"Bundle {spec.name}: graph file {graph.file} was not given.")
        store.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{spec.name}-", dir=store))
        try:
            hashes: dict[str, str] = {}
            for name, content in files.items():
                target = _inside(draft, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(content, Path):
                    shutil.copyfile(content, target)
                else:
                    target.write_bytes(content)
                hashes[name] = sha256_file(target)
            full = spec.model_copy(update={"files": dict(sorted(hashes.items())), "content_sha256": ""})
            full = full.model_copy(update={"content_sha256": full.address()})
            text = yaml.safe_dump(full.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
            (draft / SPEC_FILE).write_text(text, encoding="utf-8")
            final = store / f"{full.name}-{full.version}-{full.content_sha256[:12]}"
            if final.exists():
                return cls.load(final)
            draft.chmod(0o755)  # mkdtemp makes it private; a serving user must read it
            draft.rename(final)
            return cls(final, full)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    @classmethod
    def load(cls, path: Path) -> Bundle:
        """Read and verify a bundle: schema, its own address, every file's sha256, no file beside those named.

        Raises:
            BundleError: missing, malformed, incomplete or touched; the message names the file.
        """
        spec_path = path / SPEC_FILE
        if not spec_path.is_file():
            raise BundleError(f"{path} is not a bundle: it has no {SPEC_FILE}.", "List bundles with: zhsq zoo list")
        try:
            raw = yaml.safe_load(spec_path.read_text(encoding="utf-8"))
            spec = BundleSpec.model_validate(raw)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise BundleError(f"{spec_path} is not readable YAML: {error}", "Build the bundle again.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BundleError(f"{spec_path} is malformed at {where}: {first['msg']}.", "Build it again.") from error
        if spec.address() != spec.content_sha256:
            raise BundleError(f"{spec_path} was changed after the bundle was built.", "Build the bundle again.")
        for name, digest in spec.files.items():
            file = _inside(path, name)
            if not file.is_file():
                raise BundleError(f"Bundle {path.name} misses {name}.", "Build or copy the bundle again.")
            if sha256_file(file) != digest:
                raise BundleError(f"Bundle {path.name}: {name} was changed after it was built.", "Build it again.")
        extra = {str(f.relative_to(path)) for f in path.rglob("*") if f.is_file()} - set(spec.files) - {SPEC_FILE}
        if extra:
            raise BundleError(f"Bundle {path.name} holds files it does not name: {', '.join(sorted(extra))}.")
        return cls(path, spec)


def _inside(root: Path, name: str) -> Path:
    target = (root / name).resolve()
    if not target.is_relative_to(root.resolve()):
        raise BundleError(f"A bundle's file name leaves the bundle: {name!r}.")
    return target
