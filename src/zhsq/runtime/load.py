"""Open a runner for a bundle by one setting: in process or on Triton."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner


class RuntimeSettings(BaseModel):
    """Where graphs run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["onnx", "triton"] = "onnx"
    #: gRPC address of Triton, host:port; several are separated by commas.
    triton_url: str = "127.0.0.1:8001"
    #: Seconds that one request to Triton may take.
    timeout_s: float = Field(default=30.0, gt=0)
    #: Failures in a row after which an endpoint is left alone, and for how many seconds.
    breaker_failures: int = Field(default=2, ge=1)
    breaker_cool_down_s: float = Field(default=1.0, gt=0)
    #: Run the bundle in process while Triton fails.
    fallback: bool = False
    #: Intra-op threads in process; 0 takes every core.
    threads: int = 0


def open_runner(
    bundle: Bundle, settings: RuntimeSettings | None = None, fell_back: Callable[[], None] = lambda: None
) -> GraphRunner:
    """A runner of the bundle's graphs.

    Args:
        bundle: a verified bundle.
        settings: where and how; in process when not given.
        fell_back: called for each call that was done in process because Triton failed.

    Raises:
        MissingExtraError: Triton was asked for without the extra `deploy`.
    """
    settings = settings or RuntimeSettings()
    if settings.kind == "triton":
        from zhsq.runtime.fallback import FallbackRunner
        from zhsq.runtime.triton import TritonRunner

        there = TritonRunner(
            bundle, settings.triton_url, settings.timeout_s, settings.breaker_failures, settings.breaker_cool_down_s
        )
        return FallbackRunner(there, settings.threads, fell_back) if settings.fallback else there
    from zhsq.runtime.onnx import OnnxRunner

    return OnnxRunner(bundle, settings.threads)
