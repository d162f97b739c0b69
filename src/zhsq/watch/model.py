"""What watching asks of a model, and the anomaly bundle as that."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from zhsq.models.bundle import Bundle
    from zhsq.runtime.load import RuntimeSettings
    from zhsq.training.anomaly.config import AnomalyExperiment

Image = NDArray[np.uint8]
Progress = Callable[[int, int, str], None]


class Region(Protocol):
    """Where a frame is unusual."""

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x1 y1 x2 y2 in pixels of the frame."""
        ...


class Score(Protocol):
    """A frame's score; higher is more unusual, smoothed over the frames before it."""

    @property
    def score(self) -> float: ...
    @property
    def regions(self) -> Sequence[Region]:
        """Strongest first."""
        ...


class Scorer(Protocol):
    """One stream's scorer; frames in order, each once."""

    def __call__(self, frame: Image) -> Score: ...


@dataclass(frozen=True)
class Model:
    """A fitted model that cameras may share.

    Attributes:
        threshold: of the score, at or above which a frame is unusual.
        threshold_source: where it came from, in words.
        fps: frames a second that it was fitted for; 0 where the bundle does not say.
        scorer: a new scorer for one stream.
    """

    name: str
    sha256: str
    threshold: float
    threshold_source: str
    fps: float
    scorer: Callable[[], Scorer]

    def at(self, threshold: float | None) -> Model:
        """The same model at a threshold of the user's; None keeps its own."""
        return self if threshold is None else replace(self, threshold=threshold, threshold_source="chosen by the user")


class Learning(Protocol):
    """How a camera's own model is fitted."""

    def prepare(self, frame: Image) -> Image:
        """What the fit looks at of a frame, (h, w) or (h, w, 3): only that is kept while learning.

        The model must score it just as it scores the frame.
        """
        ...

    def __call__(self, clips: Sequence[Iterable[Image]], name: str, fps: float, progress: Progress) -> Model:
        """Fit on clips of normal frames in order.

        Raises:
            DataSetError: too little moves in them.
        """
        ...


def open_model(bundle: Bundle, runtime: RuntimeSettings) -> Model:
    """An anomaly bundle as a model; its session is made once and shared.

    Raises:
        BundleError: it is no anomaly bundle, or has no alert threshold.
    """
    from zhsq.errors import BundleError
    from zhsq.models.anomaly.pipeline import AnomalyPipeline
    from zhsq.runtime.load import open_runner

    if bundle.spec.task != "video-anomaly":
        raise BundleError(f"{bundle.name} is a {bundle.spec.task} bundle.", "Watching needs a video-anomaly bundle.")
    alert = bundle.threshold("alert")
    pipeline = AnomalyPipeline(bundle, open_runner(bundle, runtime))
    return Model(
        name=bundle.name,
        sha256=bundle.sha256,
        threshold=alert.value,
        threshold_source=f"{alert.protocol}; {alert.data}; {alert.split}",
        fps=float(bundle.spec.params.get("fps") or 0.0),
        scorer=pipeline.camera,
    )


class OwnModel:
    """Fits cameras' own bundles, one camera at a time: two at once would need twice the memory.

    Args:
        config: of the fit.
        store: where bundles go.
        runtime: that scores.
    """

    def __init__(self, config: AnomalyExperiment, store: Path, runtime: RuntimeSettings) -> None:
        self._config, self._store, self._runtime = config, store, runtime
        self._turn = threading.Lock()

    def prepare(self, frame: Image) -> Image:
        from zhsq.models.anomaly.motion import scaled

        return scaled(frame, self._config.params.height, self._config.params.window)

    def __call__(self, clips: Sequence[Iterable[Image]], name: str, fps: float, progress: Progress) -> Model:
        from zhsq.training.anomaly.cells import fit_frames

        # The rate that frames really came at: a camera of 6 frames a second gets a model of 6 frames a second.
        params = self._config.params.model_copy(update={"fps": round(fps, 2)} if fps else {})
        config = self._config.model_copy(update={"params": params, "name": name})
        with self._turn:
            bundle = fit_frames(clips, name, self._store, config, progress)
        return open_model(bundle, self._runtime)
