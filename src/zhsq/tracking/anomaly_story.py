"""What the notebook on video anomaly shows: frames that were found, missed and falsely alarmed, planted things, times."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.imaging import decode_image
from zhsq.metrics.anomaly import frame_auroc
from zhsq.models.anomaly.appearance import at_windows, looked_at
from zhsq.models.anomaly.evidence import Evidence, heat, regions
from zhsq.models.anomaly.motion import Motion
from zhsq.models.anomaly.params import STRIDE, AnomalyParams
from zhsq.models.graph import FloatArray, GraphRunner
from zhsq.training.anomaly.normal import Clip, Normal, scored, windows_of
from zhsq.training.anomaly.plant import SPEEDS, People, Planted, plant
from zhsq.watch.rates import Rate, false_alarms_of

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Trials = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Picture:
    """A frame, (h, w) or (h, w, 3) uint8, the line above it, and what of it is anomalous, (h, w)."""

    image: Image
    text: str = ""
    mask: Mask | None = None


@dataclass(frozen=True)
class Moment:
    """One scored test frame.

    Attributes:
        kind: what it is an example of.
        image: (h, w, 3) RGB.
        heat: (rows, columns) of cells, `cell` pixels of the frame wide.
        regions: boxes x1 y1 x2 y2 in pixels, ends exclusive, each with its evidence.
        mask: the truth, (h, w); None where none is at hand.
    """

    kind: str
    clip: str
    frame: int
    score: float
    image: Image
    heat: FloatArray
    cell: float
    regions: tuple[tuple[tuple[int, int, int, int], float], ...]
    mask: Mask | None


@dataclass(frozen=True)
class Trial:
    """A held-out clip with something planted, and the windows of its frames."""

    kind: str
    planted: Planted
    windows: Clip


def few_training_clips(data: DataSet, count: int, folder: Path) -> DataSet:
    """The same data with its first training clips only, as links in a folder; every test clip stays.

    Args:
        data: in the layout of ucsd_ped2.
        count: training clips; 0 keeps all of them.
        folder: empty, for the links.

    Raises:
        DataSetError: there are no training clips.
    """
    clips = ucsd_ped2.training(data)
    if not count or count >= len(clips):
        return data
    (folder / "training").mkdir(parents=True)
    for clip in clips[:count]:
        (folder / "training" / clip.name).symlink_to(clip.frames[0].parent, target_is_directory=True)
    for entry in data.root.iterdir():
        if entry.name != "training":
            (folder / entry.name).symlink_to(entry)
    return replace(data, root=folder)


def grey(clip: ucsd_ped2.Clip) -> Image:
    """A clip's frames in grey, (n, h, w) uint8.

    Raises:
        BadImageError: one can't be decoded.
    """
    return np.stack(
        [np.asarray(cv2.cvtColor(decode_image(path), cv2.COLOR_RGB2GRAY), np.uint8) for path in clip.frames]
    )


def largest_truth(clips: Sequence[ucsd_ped2.Clip]) -> list[Picture]:
    """Of each test clip the frame with the most anomalous pixels, outlined; without masks, its middle anomalous frame."""
    found = []
    for clip in clips:
        marks = np.zeros(0, np.bool_) if clip.anomalous is None else clip.anomalous
        places = np.flatnonzero(marks) if marks.any() else np.arange(len(clip.frames))
        at, mask = int(places[len(places) // 2]), None
        if clip.masks:
            masks = [ucsd_ped2.read_mask(clip.masks[i]) for i in places]
            largest = int(np.argmax([m.sum() for m in masks]))
            at, mask = int(places[largest]), masks[largest]
        found.append(Picture(decode_image(clip.frames[at]), f"test clip {clip.name}, frame {at}", mask))
    return found


def chosen_moments(
    trials: Trials, clips: Sequence[ucsd_ped2.Clip], params: AnomalyParams, alert: float, after: int = 15
) -> list[Moment]:
    """A hit, a miss and a false alarm: the anomalous frame of the highest and of the lowest score, the normal one of the highest.

    Args:
        trials: of a run, with heat.
        clips: the test clips, those of the trials among them.
        params: of the bundle.
        alert: threshold of the score. Where nothing is on the wrong side of it, the nearest frame is shown and called so.
        after: frames at a clip's start that are passed over: there is no flow, or little evidence, yet.

    Raises:
        DataSetError: the trials have no heat: frames were of several sizes.
    """
    if len(trials["heat"]) != len(trials["score"]):
        raise DataSetError("Test frames are of several sizes.", "Frames are shown for clips of one size.")
    by_name = {clip.name: clip for clip in clips}
    score, anomalous = trials["score"], trials["anomalous"].astype(bool)
    late = trials["frame"] >= after
    found = []
    for wanted, sign in ((anomalous, 1.0), (anomalous, -1.0), (~anomalous, 1.0)):
        places = np.flatnonzero(wanted & late)
        if not len(places):
            continue
        i = int(places[np.argmax(sign * score[places])])
        kind = _kind(bool(anomalous[i]), bool(score[i] >= alert), sign)
        clip, frame = by_name[str(trials["clip"][i])], int(trials["frame"][i])
        image = decode_image(clip.frames[frame])
        cells = trials["heat"][i]
        scale = image.shape[0] / params.height
        found.append(
            Moment(
                kind=kind,
                clip=clip.name,
                frame=frame,
                score=float(score[i]),
                image=image,
                heat=cells,
                cell=params.step * scale,
                regions=tuple((region.box, region.score) for region in regions(cells, scale, image.shape, params)),
                mask=ucsd_ped2.read_mask(clip.masks[frame]) if clip.masks else None,
            )
        )
    return found


def _kind(anomalous: bool, alarmed: bool, sign: float) -> str:
    if anomalous:
        return ("hit" if sign > 0 else "no miss:\nlowest\nanomalous") if alarmed else "miss"
    return "false alarm" if alarmed else "no false\nalarm:\nhighest\nnormal"


def plant_each(
    clips: Sequence[Image], people: People, params: AnomalyParams, runner: GraphRunner, seed: int = 0
) -> list[Trial]:
    """Every kind of thing planted into every clip.

    Args:
        clips: normal, held out of the banks that will score them, (n, h, w).
        people: of the scene.
        params: of the features.
        runner: of the backbone's graph.
        seed: of every draw.
    """
    random = np.random.default_rng(seed)
    trials = []
    for clip in clips:
        for kind in SPEEDS:
            planted = plant(clip, kind, people, random)
            trials.append(Trial(kind, planted, windows_of(planted.frames, params, runner)))
    return trials


def planted_pictures(trials: Sequence[Trial], columns: int) -> dict[str, list[Picture]]:
    """Of the first trial of each kind a frame with the planted thing outlined, then it from near while it passes.

    Args:
        trials: of `plant_each`.
        columns: pictures of each kind, the first among them.
    """
    rows: dict[str, list[Picture]] = {}
    for trial in trials:
        places = np.flatnonzero(trial.planted.anomalous)
        if trial.kind in rows or not len(places):
            continue
        frames, masks = trial.planted.frames, trial.planted.masks
        picked = places[np.round(np.linspace(0, len(places) - 1, columns + 2)[1:-1]).astype(int)].tolist()
        rows[trial.kind] = [Picture(frames[picked[0]], f"frame {picked[0]}", masks[picked[0]])]
        rows[trial.kind] += [Picture(_near(frames[i], masks[i]), f"frame {i}, from near") for i in picked[1:]]
    return rows


def _near(frame: Image, mask: Mask) -> Image:
    """A third of the frame around what is masked, doubled."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    height, width = (side // 3 for side in frame.shape)
    top, left = (
        int(np.clip((found[0] + found[-1]) // 2 - size // 2, 0, side - size))
        for found, size, side in zip((rows, columns), (height, width), frame.shape, strict=True)
    )
    part = frame[top : top + height, left : left + width]
    return np.asarray(cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def planted_scores(clip: Clip, normal: Normal, params: AnomalyParams) -> NDArray[np.float64]:
    """Frame scores (n,) of a clip's windows by banks that never saw it."""
    return scored(clip, normal.banks, params)[0]


def auroc_by_setting(
    trials: Sequence[Trial],
    untouched: Sequence[Clip],
    normal: Normal,
    params: AnomalyParams,
    changes: Sequence[Mapping[str, Any]],
) -> dict[str, list[float]]:
    """AUROC of planted against normal frames for changed settings of the evidence.

    Args:
        trials: of `plant_each`.
        untouched: windows of the same clips with nothing planted: their frames are normal.
        normal: banks that saw none of these clips.
        params: the settings.
        changes: fields of `params` that take effect after the windows are scored (`newest`).

    Returns:
        By kind of thing, one a change; NaN where nothing of the kind came into view.
    """
    found: dict[str, list[float]] = {trial.kind: [] for trial in trials}
    for change in changes:
        changed = params.model_copy(update=dict(change))
        quiet = np.concatenate([planted_scores(clip, normal, changed) for clip in untouched])
        scores = [planted_scores(trial.windows, normal, changed) for trial in trials]
        for kind, row in found.items():
            own = [(s, t.planted.anomalous) for s, t in zip(scores, trials, strict=True) if t.kind == kind]
            marks = np.concatenate([quiet, *(s for s, _ in own)])
            truth = np.concatenate([np.zeros(len(quiet), np.bool_), *(anomalous for _, anomalous in own)])
            row.append(frame_auroc(marks, truth))
    return found


def alarm_rates(scores: Sequence[NDArray[np.float64]], fps: float, thresholds: Sequence[float]) -> list[Rate]:
    """False alarms an hour at each threshold, with their exact interval.

    Args:
        scores: by normal clip, each by banks that never saw it.
        fps: frames a second.
        thresholds: of the score.
    """
    return [false_alarms_of(scores, fps, threshold) for threshold in thresholds]


class Stopwatch:
    """Scores one camera's frames as `models.anomaly.pipeline.Camera` does, and notes what each step took."""

    def __init__(self, params: AnomalyParams, runner: GraphRunner) -> None:
        self.params, self._runner = params, runner
        self._motion, self._evidence = Motion(params), Evidence(params)
        #: Seconds by step, one a frame.
        self.seconds: dict[str, list[float]] = {}

    def __call__(self, path: Path) -> float:
        """The score of the next frame's file."""
        p = self.params
        image = self._timed("decode", lambda: decode_image(path))
        moving = self._timed("flow and its windows", lambda: self._motion(image))
        some = len(moving.places) > 0
        inputs = {"motion": moving.features}
        if p.appearance:
            maps = self._timed(
                "backbone",
                lambda: self._runner.run("look", {"image": looked_at(moving.grey)})["maps"] if some else None,
            )
            inputs["looks"] = self._timed(
                "looks of windows",
                lambda: (
                    at_windows(maps, moving.places, STRIDE, p) if maps is not None else np.empty((0, 0), np.float32)
                ),
            )
        scores = np.full(moving.flow.shape[:2], np.nan, np.float32)
        if some:
            found = self._timed("nearest normal", lambda: self._runner.run("score", inputs)["score"])
            scores[tuple(moving.places.T)] = found
        else:
            self._timed("nearest normal", lambda: None)

        def gather() -> float:
            held = self._evidence(scores, moving.flow)
            rows, columns = moving.grey.shape
            cells = heat(held, (rows, columns), p)
            regions(cells, image.shape[0] / rows, image.shape, p)
            return float(held.max())

        return float(self._timed("evidence and regions", gather))

    def milliseconds(self, skip: int = 0) -> dict[str, NDArray[np.float64]]:
        """By step, one a frame after the first `skip`."""
        return {name: 1000 * np.array(values[skip:]) for name, values in self.seconds.items()}

    def _timed(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        return result
