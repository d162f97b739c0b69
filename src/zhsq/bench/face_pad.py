"""Presentation-attack detection: a labelled folder as it is, or photos of people with attacks simulated from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.bench.timer import Timer
from zhsq.data import attacks, pad
from zhsq.data.lfw import photos
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError, DataSetError, NoFaceError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.bundle import Bundle, Threshold
from zhsq.models.face.liveness import LivenessPipeline
from zhsq.protocols.face_pad import BONA_FIDE, INTERVALS, FacePad, evaluate
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.runtime.load import open_runner

#: People whose photos stand for live faces and are made into attacks, when no limit is given.
PEOPLE = 500
BATCH = 32

SIMULATED = (
    "The attacks are simulated (zhsq.data.attacks): no labelled set of attacks is at hand. The figures compare models and "
    "releases and show gross failures; they are no certification, unlike a test of real instruments by ISO/IEC 30107-3 "
    "(as iBeta and other laboratories run it).",
    "Bona fide presentations are the set's photos through the same simulated camera. They are pictures of people, not "
    "people before a camera, so BPCER here is not a site's.",
    "Faces fill more of these frames than the networks were trained for: the wider crop (4 times the face) is cut back "
    "to the frame, for bona fide and '-close' presentations most.",
)
LABELLED = (
    "Attacks and bona fide presentations are as the folder's owner labelled them; how they were made and captured is not "
    "known here, so this is no test by ISO/IEC 30107-3.",
)


@dataclass(frozen=True)
class _Trial:
    kind: str
    file: str
    person: str
    image: Callable[[], RGBImage]


def run(bundle: Bundle, data: DataSet, options: BenchOptions) -> BenchResult:
    """Measure presentation-attack detection.

    A folder with `bona-fide` and `attacks` (see `zhsq.data.pad`) is measured as it is. In any other set, one photo each of
    `options.limit` people (0: 500, or as many as there are) is taken by the seed, and every kind of attack is simulated
    from it. The largest face of a frame is judged; a frame without a face, or one that can't be decoded, is a
    non-response.

    Raises:
        DataSetError: the set can't be read, or no face is found in any presentation of a kind.
    """
    labelled = pad.is_labelled(data.root)
    trials = _labelled(data, options) if labelled else _simulated(data, options)
    config = FacePad(resamples=options.resamples, seed=options.seed)
    name = f"{config.protocol}/{'labelled' if labelled else 'simulated'}"
    config = config.model_copy(update={"protocol": f"{name}/subset-{len(trials)}" if options.limit else name})
    pipeline = LivenessPipeline(bundle, open_runner(bundle, options.runtime))
    with Timer() as timer:
        scores, differs = _score(pipeline, trials, options)
    columns = {
        "scores": scores,
        "kind": np.array([trial.kind for trial in trials]),
        "file": np.array([trial.file for trial in trials]),
        "person": np.array([trial.person for trial in trials]),
    }
    try:
        figures = evaluate(
            config,
            scores=scores,
            kinds=columns["kind"],
            people=columns["person"],
            points={point.name: ThresholdRef(value=point.value, source=point.protocol) for point in _points(bundle)},
        )
    except ValueError as error:
        raise DataSetError(f"{data.root}: {error}", "Add photos with one clear face to each kind.") from error
    report = Report(
        task="face-pad",
        data=DataRef(name=data.name, release=data.release, root=str(data.root)),
        protocol=config.protocol,
        split="all of the folder"
        if labelled
        else f"{len(set(columns['person'].tolist()))} people, one photo each (test)",
        model=ModelRef(name=bundle.name, version=bundle.version, sha256=bundle.sha256),
        n=len(trials),
        metrics=figures.metrics,
        thresholds=figures.thresholds,
        seconds=timer.seconds,
        items_per_second=len(trials) / timer.seconds,
        interval_method=f"{INTERVALS}, {config.resamples} resamples, seed {config.seed}",
        notes=(
            *(LABELLED if labelled else SIMULATED),
            *figures.notes,
            *(f"Not covered: {text}" for text in data.notes),
        ),
        details={
            **figures.details,
            "item": "presentation, decoded and scored" if labelled else "presentation, simulated and scored",
            "worst_kind": max(
                (kind for kind in figures.details["presentations"] if kind != BONA_FIDE),
                key=lambda kind: figures.metrics[f"apcer_{kind}"].value,
            ),
            "threshold_and_largest_class_differ": differs,
        },
    )
    return BenchResult(report, bundle, columns, timer.processor_seconds)


def _points(bundle: Bundle) -> list[Threshold]:
    first = bundle.threshold("live")
    return [first, *(point for point in bundle.spec.thresholds if point.name != first.name)]


def _labelled(data: DataSet, options: BenchOptions) -> list[_Trial]:
    """The folder's presentations; with a limit, as many of each kind, drawn by the seed."""
    found = pad.load(data.root)
    if options.limit:
        random = np.random.default_rng(options.seed)
        kinds = sorted({item.kind for item in found})
        share = max(1, options.limit // len(kinds))
        groups = [[item for item in found if item.kind == kind] for kind in kinds]
        found = [group[i] for group in groups for i in sorted(random.permutation(len(group))[:share])]
    return [
        _Trial(item.kind, str(item.photo.relative_to(data.root)), item.person, partial(decode_image, item.photo))
        for item in found
    ]


def _simulated(data: DataSet, options: BenchOptions) -> list[_Trial]:
    """One photo each of different people, as it is and as every kind of attack; another person's photo lies behind."""
    by_person: dict[str, list[Path]] = {}
    for photo, person in photos(data).items():
        by_person.setdefault(person, []).append(photo)
    people = sorted(by_person)
    if len(people) < 2:
        raise DataSetError(f"{data.root} has photos of one person only.", "Attacks are simulated from two or more.")
    random = np.random.default_rng(options.seed)
    order = random.permutation(len(people))
    trials = []
    for place in range(min(options.limit or PEOPLE, len(people))):
        person, other = people[order[place]], people[order[(place + 1) % len(people)]]
        photo = by_person[person][int(random.integers(len(by_person[person])))]
        scene, seed = by_person[other][0], int(random.integers(2**32))
        for kind in (BONA_FIDE, *attacks.KINDS):
            trials.append(_Trial(kind, photo.name, person, partial(_present, photo, kind, scene, seed)))
    return trials


def _present(photo: Path, kind: str, scene: Path, seed: int) -> RGBImage:
    if kind == BONA_FIDE:
        return attacks.bona_fide(decode_image(photo), seed=seed)
    return attacks.attack(decode_image(photo), kind, scene=decode_image(scene), seed=seed)


def _score(
    pipeline: LivenessPipeline, trials: Sequence[_Trial], options: BenchOptions
) -> tuple[NDArray[np.float64], int]:
    """Live probabilities (-inf: no response), and how often 'live is the largest class' decides otherwise."""
    scores = np.full(len(trials), -np.inf)
    threshold, live, differs = pipeline.bundle.threshold("live").value, pipeline.params.live, 0
    for i, image in enumerate(_images(trials)):
        if image is not None:
            try:
                found = pipeline.assess(image)
            except NoFaceError:
                pass
            else:
                scores[i] = found.live
                differs += (int(found.probabilities.argmax()) == live) != (found.live >= threshold)
        options.progress(i + 1, len(trials), "presentations")
    return scores, differs


def _images(trials: Sequence[_Trial]) -> Iterator[RGBImage | None]:
    """Frames one batch ahead in threads; None for one that can't be decoded."""

    def make(trial: _Trial) -> RGBImage | None:
        try:
            return trial.image()
        except BadImageError:
            return None

    with ThreadPoolExecutor(max_workers=2) as pool:
        for at in range(0, len(trials), BATCH):  # bounded: a frame is 1 MB
            yield from pool.map(make, trials[at : at + BATCH])
