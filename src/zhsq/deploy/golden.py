"""The golden set: the bundle's own pipeline on the package's pictures must answer on Triton as it does in process."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from zhsq.errors import BundleError, DownloadError, ManyFacesError, NoFaceError, NoPlateError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle, Task
from zhsq.models.face.liveness import LivenessPipeline
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.graph import Array, GraphRunner
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.quickstart import samples
from zhsq.runtime.onnx import OnnxRunner

#: Frames of the drawn scene that an anomaly bundle scores: enough for its memory to fill and a thing to drive by.
FRAMES = 24
#: Largest difference of a score (each is of the order of one) that counts as the same answer.
TOLERANCE = 1e-3
#: Feeds kept of each graph for the comparison graph by graph.
KEPT = 8


@dataclass(frozen=True)
class Answer:
    """What a pipeline said about one picture: its decision in words, and the score behind it."""

    picture: str
    decision: str
    score: float


@dataclass(frozen=True)
class Golden:
    """What the golden set came to: pictures asked about, and how each that differs does."""

    pictures: int
    differences: tuple[str, ...]

    def __str__(self) -> str:
        same = self.pictures - len(self.differences)
        return f"{same} of {self.pictures} pictures of the golden set answered as in process"


@dataclass
class _Recorder:
    """Runs graphs in process and keeps what they are fed: real feeds."""

    runner: GraphRunner
    feeds: dict[str, list[dict[str, Array]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        with self.lock:
            kept = self.feeds.setdefault(graph, [])
            if len(kept) < KEPT:
                kept.append({name: np.array(array) for name, array in inputs.items()})
        return self.runner.run(graph, inputs)


class GoldenSet:
    """The reference answers of a bundle, worked out in process once, and the feeds that its graphs had on the way.

    Args:
        bundle: a verified bundle whose task has a pipeline.

    Raises:
        BundleError: its pipeline can't be made of it.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        recorder = _Recorder(OnnxRunner(bundle))
        self._expected = list(_answers(bundle, recorder))
        self.feeds = recorder.feeds

    def check(self, runner: GraphRunner) -> Golden:
        """Ask the same of another runner.

        Raises:
            RuntimeUnavailableError: from the runner.
        """
        found = list(_answers(self._bundle, runner))
        differences = [
            f"{a.picture}: {a.decision} ({a.score:.4f}) in process, {b.decision} ({b.score:.4f}) on Triton"
            for a, b in zip(self._expected, found, strict=True)
            if a.decision != b.decision or not abs(a.score - b.score) <= TOLERANCE * max(1.0, abs(a.score))
        ]
        return Golden(len(found), tuple(differences))


def _answers(bundle: Bundle, runner: GraphRunner) -> Iterator[Answer]:
    try:
        yield from _ASK[bundle.spec.task](bundle, runner)
    except (ValueError, KeyError) as error:  # pydantic's errors are ValueErrors
        raise BundleError(
            f"The pipeline of {bundle.name} {bundle.version} does not run: {error}", "Build the bundle again."
        ) from error


def _plates(bundle: Bundle, runner: GraphRunner) -> Iterator[Answer]:
    pipeline, accept = PlatePipeline(bundle, runner), bundle.threshold("accept").value
    for name, crop in _views(samples.plate()).items():
        read = pipeline.read_crop(crop)
        verdict = "accepted" if read.confidence >= accept else "to review"
        yield Answer(f"plate, {name}", f"{read.text or 'nothing'} {read.plate_class} {verdict}", read.confidence)
    street = np.full((480, 640, 3), 110, np.uint8)
    street[200:340, 100:540] = samples.plate()
    try:
        sighting = pipeline.best(street)
        yield Answer("plate in a street", sighting.read.text, sighting.read.confidence)
    except NoPlateError:
        yield Answer("plate in a street", "no plate", 0.0)


def _faces(bundle: Bundle, runner: GraphRunner) -> Iterator[Answer]:
    pipeline = FacePipeline(bundle, runner)
    photos = _portraits()
    for name, photo in photos.items():
        found = pipeline.detect(photo)
        yield Answer(name, f"{len(found)} faces", found[0].score if found else 0.0)
    try:
        one, two = pipeline.templates(list(photos.values()), names=list(photos))
    except (NoFaceError, ManyFacesError) as error:
        yield Answer("two portraits", error.code, 0.0)
        return
    score = float(one.vector @ two.vector)
    same = score >= bundle.threshold("verify").value
    yield Answer("two portraits", "one person" if same else "two people", score)


def _liveness(bundle: Bundle, runner: GraphRunner) -> Iterator[Answer]:
    pipeline, edge = LivenessPipeline(bundle, runner), bundle.threshold("live").value
    for name, photo in _portraits().items():
        try:
            found = pipeline.assess(photo, name=name)
        except NoFaceError as error:
            yield Answer(name, error.code, 0.0)
        else:
            yield Answer(name, "live" if found.live >= edge else "attack", found.live)


def _frames(bundle: Bundle, runner: GraphRunner) -> Iterator[Answer]:
    alert = bundle.threshold("alert").value
    with tempfile.TemporaryDirectory() as folder:
        scene = samples.scene(Path(folder) / "scene", clips=1, frames=FRAMES)
        files = sorted((scene / "testing" / "01").glob("*.jpg"))
        frames = [decode_image(file) for file in files]
    for name, score in zip(files, AnomalyPipeline(bundle, runner).score_clip(frames), strict=True):
        yield Answer(f"frame {name.stem}", "alert" if score >= alert else "normal", float(score))


def _portraits() -> dict[str, RGBImage]:
    try:
        first, second = (decode_image(portrait) for portrait in samples.portraits())
    except DownloadError as error:
        raise BundleError(
            f"The golden set's portrait can't be had: {error.message}",
            "Fetch it once with a network: zhsq quickstart; or deploy with --no-golden, on random feeds alone.",
        ) from error
    return {"portrait": first, "portrait, darker and turned": second}


def _views(picture: RGBImage) -> dict[str, RGBImage]:
    """A picture as it is, small, dark, and turned by three degrees: easy reads and doubtful ones."""
    image = Image.fromarray(picture)
    small = image.resize((max(1, image.width // 5), max(1, image.height // 5)))
    turned = image.rotate(3, resample=Image.Resampling.BILINEAR)
    views = {"as it is": image, "small": small, "dark": image.point(lambda value: value * 0.3), "turned": turned}
    return {name: np.asarray(view) for name, view in views.items()}


_ASK: dict[Task, Callable[[Bundle, GraphRunner], Iterator[Answer]]] = {
    "plate": _plates,
    "face": _faces,
    "face-liveness": _liveness,
    "video-anomaly": _frames,
}
