"""Open the side that a bundle is compared with, by one word: a runtime, or another bundle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner
from zhsq.models.zoo.recipes import resolve
from zhsq.runtime.onnx import OnnxRunner


@dataclass(frozen=True)
class Side:
    """What `measure.parity_gate` takes as `other`, `against` and `where`."""

    other: GraphRunner
    against: Bundle | None
    where: str


@contextmanager
def open_side(bundle: Bundle, against: str, *, url: str | None = None, threads: int = 0) -> Iterator[Side]:
    """The side to check, open within the block.

    Args:
        bundle: that is compared.
        against: 'onnxruntime': the graphs exactly as exported. 'triton': the server at `url`, or one that is started for
            this alone, with the Python backend. 'openvino'. Else a bundle, by name or path.
        url: gRPC address of a Triton that serves this bundle.
        threads: of a runner in process, but for 'onnxruntime', which takes one; 0 takes every core.

    Raises:
        UnknownNameError: neither a runtime nor a bundle.
        MissingExtraError: the extra of that runtime is not installed.
        RuntimeUnavailableError: the server can't be reached, or lacks this bundle.
    """
    if against == "onnxruntime":
        yield Side(OnnxRunner(bundle, 1, optimise=False), None, "as exported: no optimisation, one thread")
    elif against == "openvino":
        from zhsq.runtime.openvino import OpenVinoRunner

        yield Side(OpenVinoRunner(bundle, threads), None, "in OpenVINO")
    elif against == "triton":
        from zhsq.runtime.triton import TritonRunner

        if url:
            yield Side(TritonRunner(bundle, url), None, f"on Triton at {url}")
        else:
            with _served(bundle) as started:
                yield Side(TritonRunner(bundle, started), None, "on Triton, Python backend")
    else:
        second = resolve(against)
        yield Side(OnnxRunner(second, threads), second, "in process")


@contextmanager
def _served(bundle: Bundle) -> Iterator[str]:
    """The address of a Triton of its own that serves a bundle; it is stopped, and its repository removed, at the end."""
    from zhsq.deploy.repository import export
    from zhsq.deploy.server import TritonServer

    with TemporaryDirectory(prefix="zhsq-parity-") as folder:
        repository = Path(folder) / "repository"
        export(bundle, repository, variant="python")
        server = TritonServer.start(repository, state=Path(folder) / "server.json")
        try:
            server.load_all()
            yield server.url
        finally:
            server.stop()
