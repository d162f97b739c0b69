"""What a face bundle decides: faces in a photo, quality, match of two photos; and a liveness bundle: live or not."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from zhsq.deploy.parity.decisions import Answer, Band, Bands, log_odds
from zhsq.deploy.parity.items import Items, Picture
from zhsq.models.bundle import Bundle
from zhsq.models.face.detect import Detector, Face
from zhsq.models.face.liveness import LivenessPipeline
from zhsq.models.face.params import DetectParams, OneShotParams
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.quality import QualityPolicy, assess
from zhsq.models.graph import FloatArray, GraphRunner

#: Photos worked on together: a whole set of decoded crops would fill the memory.
BATCH = 32
POLICIES = {"enrolment": QualityPolicy.enrolment(), "probe": QualityPolicy.probe()}


def face_answers(bundle: Bundle, runner: GraphRunner, items: Items, bands: Bands, *, edges: bool) -> list[Answer]:
    """Faces found, quality of the largest, and the match of every two photos.

    Args:
        bundle: of the task face.
        runner: runs it.
        items: photos.
        bands: of the comparison.
        edges: find out which photos lie in the band; the side that is checked needs it not.
    """
    pipeline = FacePipeline(bundle, runner)
    embedders = {part.graph for part in pipeline.params.embed}
    detectors = set(bundle.spec.graphs) - embedders
    names = [photo.name for photo in items.photos]
    found = [pipeline.detect(photo.pixels) for photo in items.photos]
    faces = [max(each, key=lambda face: face.area) if each else None for each in found]
    vectors: dict[int, FloatArray] = {}
    with_face = [i for i, face in enumerate(faces) if face is not None]
    for at in range(0, len(with_face), BATCH):
        part = with_face[at : at + BATCH]
        images = [items.photos[i].pixels for i in part]
        refined = pipeline.refine(images, [face for i in part if (face := faces[i]) is not None])
        aligned = [pipeline.align(image, face) for image, face in zip(images, refined, strict=True)]
        vectors |= dict(zip(part, pipeline.embed(aligned), strict=True))
        for i, face in zip(part, refined, strict=True):
            faces[i] = face
    pairs = list(combinations(range(len(names)), 2))
    cosines = [float(vectors[a] @ vectors[b]) if a in vectors and b in vectors else np.nan for a, b in pairs]
    verify = bundle.threshold("verify").value
    return [
        _count(bundle, runner, pipeline.params.detect, items.photos, found, bands.of("probability", detectors), edges),
        *(_quality(use, items.photos, faces, bands.of("relative", detectors), edges) for use in POLICIES),
        Answer.by_score(
            "match",
            [f"{names[a]} with {names[b]}" for a, b in pairs],
            cosines,
            verify,
            bands.of("cosine", bundle.spec.graphs),
        ),
    ]


def liveness_answers(bundle: Bundle, runner: GraphRunner, items: Items, bands: Bands, *, edges: bool) -> list[Answer]:
    """Faces found, and live or not by every threshold of the bundle; arguments as `face_answers`."""
    pipeline = LivenessPipeline(bundle, runner)
    views = {view.graph for view in pipeline.params.views}
    found = [pipeline.detect(photo.pixels) for photo in items.photos]
    scores = [
        pipeline.score(photo.pixels, max(faces, key=lambda face: face.area)) if faces else np.nan
        for photo, faces in zip(items.photos, found, strict=True)
    ]
    names = [photo.name for photo in items.photos]
    band = bands.of("log-odds", bundle.spec.graphs)
    detectors = set(bundle.spec.graphs) - views
    return [
        _count(bundle, runner, pipeline.params.detect, items.photos, found, bands.of("probability", detectors), edges),
        *(
            Answer.by_score(each.name, names, log_odds(scores).tolist(), float(log_odds(each.value)), band)
            for each in bundle.spec.thresholds
        ),
    ]


def _count(
    bundle: Bundle,
    runner: GraphRunner,
    params: DetectParams,
    photos: tuple[Picture, ...],
    found: list[list[Face]],
    band: Band,
    edges: bool,
) -> Answer:
    """How many faces are in a photo; in the band when a detector with its least scores moved finds another number."""
    moved = []
    if edges:
        for by in (-band.width, band.width):
            detector = Detector(_moved(params, by), bundle, runner)
            moved.append([len(detector.detect(photo.pixels)) for photo in photos])
    return Answer.by_moved_edges(
        "faces in a photo", [photo.name for photo in photos], [len(faces) for faces in found], moved, band
    )


def _moved(params: DetectParams, by: float) -> DetectParams:
    if isinstance(params, OneShotParams):
        return params.model_copy(update={"score": params.score + by})
    return params.model_copy(update={"scores": tuple(score + by for score in params.scores)})


def _quality(use: str, photos: tuple[Picture, ...], faces: list[Face | None], band: Band, edges: bool) -> Answer:
    """Why a face is not good enough, nothing for one that is; in the band when limits moved by the band say otherwise."""
    seen = [assess(photo.pixels, face) if face is not None else None for photo, face in zip(photos, faces, strict=True)]

    def reasons(policy: QualityPolicy) -> list[tuple[str, ...]]:
        return [
            tuple(reason.code for reason in policy.reasons(each)) if each is not None else ("no face",) for each in seen
        ]

    policy = POLICIES[use]
    moved = []
    if edges:
        for factor in (1 - band.width, 1 + band.width):
            limits = {name: value * factor for name, value in policy.model_dump().items()}
            moved.append(reasons(policy.model_copy(update=limits)))
    return Answer.by_moved_edges(f"quality for {use}", [photo.name for photo in photos], reasons(policy), moved, band)
