"""What every benchmark takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from zhsq.models.bundle import Bundle
from zhsq.protocols.report import Report
from zhsq.runtime.load import RuntimeSettings

#: Called with (done, total, what) while work goes on.
ProgressHook = Callable[[int, int, str], None]


def no_progress(done: int, total: int, what: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class BenchOptions:
    """Settings of one benchmark run.

    Attributes:
        runtime: where graphs run.
        seed: of every random choice (bootstrap, subsets).
        resamples: bootstrap resamples.
        limit: measure only a seeded, balanced subset of about this many items (0: all). The report's protocol
            id then says so.
        gallery_size: people enrolled in 1:N; 0 takes 1,000, or as many as the set allows if that is fewer.
        progress: hook for progress.
    """

    runtime: RuntimeSettings = field(default_factory=RuntimeSettings)
    seed: int = 0
    resamples: int = 1000
    limit: int = 0
    gallery_size: int = 0
    progress: ProgressHook = no_progress


@dataclass(frozen=True)
class BenchResult:
    """A report, the bundle that was measured, one entry per trial for plots and paired comparisons, and the options.

    `processor_seconds` is what the report's `seconds` are in processor time of this process.

    `trials` by task, all arrays of one length:
        face-verification: scores f64 (cosine; failures to acquire: -inf), genuine bool, fold i64, left str, right str,
            left_file str, right_file str
        face-identification: draw i64 (gallery), person str, file str, mated bool, score f64 (of the own entry for a mated
            probe, of the best candidate for another), first bool (own entry is the best candidate)
        face-robustness: condition str, level f64, scores f64, genuine bool, left str, right str
        face-pad: scores f64 (live probability), kind str, file str, person str
        plate-reading, plate-end-to-end: confidence f64 (weakest character, 0..1), correct bool, truth str, read str,
            file str
            plate-reading also: plate_class str; character_confidence f64 and character_right i64 (n, places), -1 where
            not judged. plate-end-to-end also: iou f64
        video-anomaly: clip str, frame i64, score f64, anomalous bool, heat f32 (n, rows, columns), which is empty where
            frames differ in size
    """

    report: Report
    bundle: Bundle
    trials: dict[str, NDArray[Any]]
    processor_seconds: float
    options: BenchOptions = field(default_factory=BenchOptions)
