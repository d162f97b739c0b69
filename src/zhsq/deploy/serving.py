"""How Triton serves what is exported: instances, batching, queue limits, warm-up. A small file beside each model keeps it.

pipeline:
  instances: 2
  max_queue: 32
graphs:
  max_delay_us: 500
max_cameras: 64
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from zhsq.errors import ZhsqError

#: Processes of one model by default: as many as cores, but memory grows with each.
MOST_INSTANCES = 4


class ModelServing(BaseModel):
    """One kind of model. What is not said here is Triton's own default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Copies that work at the same time, each a process of its own. 0: one a core of the exporting machine, at most 4.
    instances: int = Field(default=0, ge=0, le=64)
    #: Threads of one graph in one copy. Several copies of one thread do more than one of several on small networks.
    threads: int = Field(default=1, ge=1, le=256)
    #: Items that run together at most.
    max_batch: int = Field(default=64, ge=1, le=1024)
    #: Sizes at which the batcher stops waiting for more; only with a delay.
    preferred_batch: tuple[int, ...] = ()
    #: How long a request waits for others to run with (microseconds). 0: only those that wait anyway run together.
    max_delay_us: int = Field(default=0, ge=0, le=1_000_000)
    #: Requests that may wait; one more is refused at once (UNAVAILABLE), so that a burst can't take all memory. 0: no limit.
    max_queue: int = Field(default=128, ge=0)
    #: A request that waited longer is not run any more (milliseconds): who asked has given up. 0: never.
    queue_timeout_ms: int = Field(default=10_000, ge=0)
    #: What happens to such a request: refused, or put behind all others.
    timeout_action: Literal["reject", "delay"] = "reject"
    #: Run once before the first request is let in.
    warmup: bool = True

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        if any(not 1 <= size <= self.max_batch for size in self.preferred_batch):
            raise ValueError(f"preferred_batch {self.preferred_batch} must lie in 1..max_batch ({self.max_batch})")
        return self

    @property
    def count(self) -> int:
        """Instances, with 0 resolved on this machine."""
        return self.instances or min(MOST_INSTANCES, os.cpu_count() or 1)


class Serving(BaseModel):
    """All of it; every value has a default that suits a small machine without a GPU."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    graphs: ModelServing = ModelServing()
    pipeline: ModelServing = ModelServing(max_batch=8, max_queue=64)
    #: Cameras whose state one stateful pipeline keeps; one more is refused.
    max_cameras: int = Field(default=64, ge=1, le=100_000)
    #: Seconds without a frame after which a camera is forgotten and must start anew.
    camera_idle_s: float = Field(default=60.0, gt=0, le=60)

    @classmethod
    def load(cls, path: Path) -> Serving:
        """Read a YAML file (or JSON, which is YAML).

        Raises:
            ZhsqError: it can't be read, or says something unknown or impossible.
        """
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
        except OSError as error:
            raise ZhsqError(f"{path} can't be read: {error.strerror}.", "Check the path.") from error
        except yaml.YAMLError as error:
            raise ZhsqError(f"{path} is not YAML: {error}", "See docs/deploy.md for an example.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the file"
            raise ZhsqError(f"{path}: {where}: {first['msg']}.", "See docs/deploy.md for what can be set.") from error
