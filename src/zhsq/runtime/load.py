"""Open a runner for a bundle by one setting: in process or on Triton."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner


class RuntimeSettings(BaseModel):
    """Where graphs run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["onnx", "triton"] = "onnx"
    #: gRPC address of Triton, host:port; several are separated by commas.
    triton_url: str = "127.0.0.1:8001"
    #: Intra-op threads in process; 0 takes every core.
    threads: int = 0


def open_runner(bundle: Bundle, settings: RuntimeSettings | None = None) -> GraphRunner:
    """A runner of the bundle's graphs.

    Raises:
        MissingExtraError: Triton was asked for without the extra `deploy`.
    """
    settings = settings or RuntimeSettings()
    if settings.kind == "triton":
        from zhsq.runtime.triton import TritonRunner

        return TritonRunner(bundle, settings.triton_url)
    from zhsq.runtime.onnx import OnnxRunner

    return OnnxRunner(bundle, settings.threads)
