"""The one schema of every JSON report (documented in docs/report-schema.md)."""

from __future__ import annotations

import os
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from zhsq import __version__


@cache
def hardware() -> dict[str, str]:
    """CPU model, cores that this process may use, memory and system of this machine."""
    cpu = platform.processor() or platform.machine()
    memory = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        match = re.search(r"model name\s*:\s*(.+)", info.read_text())
        cpu = match.group(1).strip() if match else cpu
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        kib = int(meminfo.read_text().split()[1])
        memory = f"{kib / 2**20:.0f} GiB"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"cpu": cpu, "cores": str(cores), "memory": memory, "system": platform.platform()}


@cache
def versions() -> dict[str, str]:
    """Versions of Python, zhsq and the libraries that a figure may depend on."""
    found = {"python": platform.python_version(), "zhsq": __version__}
    for name in ("numpy", "numkong", "onnxruntime", "opencv-python-headless", "pillow", "scikit-learn"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=True)


class Estimate(_Strict):
    """A figure and its 95 % interval. Rates are fractions in 0..1."""

    value: float
    low: float
    high: float


class DataRef(_Strict):
    """Which data were measured."""

    name: str
    release: str
    root: str


class ModelRef(_Strict):
    """Which bundle was measured; sha256 is its content address."""

    name: str
    version: str
    sha256: str


class ThresholdRef(_Strict):
    """A threshold that a metric used, and where it came from."""

    value: float
    source: str


class Figures(_Strict):
    """What a protocol gives: all of a report that is not about who ran it on what."""

    metrics: dict[str, Estimate]
    thresholds: dict[str, ThresholdRef] = {}
    notes: tuple[str, ...] = ()
    details: dict[str, Any] = {}


class Report(_Strict):
    """What a benchmark found, complete enough to be rerun and to be doubted."""

    task: str
    data: DataRef
    protocol: str
    split: str
    model: ModelRef
    n: int
    metrics: dict[str, Estimate]
    thresholds: dict[str, ThresholdRef] = {}
    hardware: dict[str, str] = Field(default_factory=hardware)
    versions: dict[str, str] = Field(default_factory=versions)
    seconds: float
    items_per_second: float
    command: str = ""
    git_commit: str = ""
    #: How the intervals were made, e.g. 'bootstrap clustered on identity, 1000 resamples, seed 0'.
    interval_method: str = ""
    #: What a reader must know before believing a figure: missing coverage, too few errors, licences.
    notes: tuple[str, ...] = ()
    #: Counts and tables that belong to the protocol (trials, failures to acquire, per-class results).
    details: dict[str, Any] = {}
