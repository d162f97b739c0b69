"""What a plate bundle decides: text, class and acceptance of a crop; plates and their texts in a photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.deploy.parity.decisions import Answer, Band, Bands, log_odds, moved, unmoved
from zhsq.deploy.parity.items import Items
from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner
from zhsq.models.plate.locate import graphs as locators
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.types import PlateRead, Table


@dataclass(frozen=True)
class _Read:
    """The decisions of one crop."""

    text: str
    plate_class: str
    accepted: bool

    @classmethod
    def of(cls, read: PlateRead, accept: float) -> _Read:
        return cls(read.text, read.plate_class, read.confidence >= accept)


def plate_answers(bundle: Bundle, runner: GraphRunner, items: Items, bands: Bands, *, edges: bool) -> list[Answer]:
    """Decisions on crops and on photos; a kind without items is left out.

    Args:
        bundle: of the task plate.
        runner: runs it.
        items: crops, photos, or both.
        bands: of the comparison.
        edges: find out which items lie in the band; the side that is checked needs it not.
    """
    found = []
    if items.crops:
        found += _crops(bundle, runner, items, bands, edges)
    if items.photos:
        found += _photos(bundle, runner, items, bands, edges)
    return found


def _crops(bundle: Bundle, runner: GraphRunner, items: Items, bands: Bands, edges: bool) -> list[Answer]:
    crops, names = [crop.pixels for crop in items.crops], [crop.name for crop in items.crops]
    accept = bundle.threshold("accept").value
    # A reader of crops never runs the locator's first look; its second one sets doubtful crops upright.
    band = bands.of("log-odds", set(bundle.spec.graphs) - {"locate"})
    reads = PlatePipeline(bundle, runner).read_crops(crops)
    decided = [_Read.of(read, accept) for read in reads]
    others = []
    if edges:
        for variant in _doubt_moved(bundle, band):
            others.append([_Read.of(read, accept) for read in PlatePipeline(variant, runner).read_crops(crops)])
    # Where two symbols of a place are nearly as likely, either may be the text.
    sure = np.array([_least_lead(read.table) > band.width for read in reads], bool)
    text, plate_class = (
        _with_clear(
            Answer.by_moved_edges(
                kind,
                names,
                [getattr(each, field) for each in decided],
                [[getattr(each, field) for each in other] for other in others],
                band,
            ),
            sure,
        )
        for kind, field in (("text of a plate", "text"), ("class of a plate", "plate_class"))
    )
    accepted = Answer.by_score(
        "accept", names, log_odds([read.confidence for read in reads]).tolist(), float(log_odds(accept)), band
    )
    steady = unmoved([each.accepted for each in decided], [[each.accepted for each in other] for other in others])
    return [text, plate_class, _with_clear(accepted, steady)]


def _photos(bundle: Bundle, runner: GraphRunner, items: Items, bands: Bands, edges: bool) -> list[Answer]:
    photos, names = [photo.pixels for photo in items.photos], [photo.name for photo in items.photos]
    pipeline = PlatePipeline(bundle, runner)
    located = bands.of("probability", locators(pipeline.params.locate))
    read = bands.of("log-odds", bundle.spec.graphs)
    counts, best, leads = _look(bundle, runner, photos)
    other_counts, other_best = [], []
    if edges:
        for by in (-located.width, located.width):
            seen = _look(_changed(bundle, "locate", "score", pipeline.params.locate.score + by), runner, photos)
            other_counts.append(seen[0])
            other_best.append(seen[1])
        other_best += [_look(variant, runner, photos)[1] for variant in _doubt_moved(bundle, read)]
    texts = Answer.by_moved_edges("best text in a photo", names, best, other_best, read)
    return [
        Answer.by_moved_edges("plates in a photo", names, counts, other_counts, located),
        _with_clear(texts, np.array([lead > read.width for lead in leads], bool)),
    ]


def _look(bundle: Bundle, runner: GraphRunner, photos: Sequence[RGBImage]) -> tuple[list[int], list[str], list[float]]:
    """For each photo: plates that were read, the best one's text, and how far its text is ahead of the next likely one."""
    pipeline = PlatePipeline(bundle, runner)
    seen = [pipeline.read_photo(photo) for photo in photos]
    return (
        [len(each) for each in seen],
        [each[0].read.text if each else "" for each in seen],
        [_least_lead(each[0].read.table) if each else np.inf for each in seen],
    )


def _least_lead(table: Table) -> float:
    """Log of how many times likelier the likeliest symbol is than the next, at the place where that is least."""
    ordered = np.sort(table.astype(np.float64), axis=1)[:, -2:]
    return float(np.log(ordered[:, 1] / np.maximum(ordered[:, 0], 1e-12)).min())


def _doubt_moved(bundle: Bundle, band: Band) -> list[Bundle]:
    """The bundle with the edge below which a read is made again moved down and up; [] where it has none."""
    again = bundle.spec.params["read"].get("again", 0.0)
    if not again:
        return []
    return [_changed(bundle, "read", "again", moved(again, by)) for by in (-band.width, band.width)]


def _changed(bundle: Bundle, part: str, name: str, value: Any) -> Bundle:
    """The same graphs with one parameter changed."""
    params = {**bundle.spec.params, part: {**bundle.spec.params[part], name: value}}
    return Bundle(bundle.path, bundle.spec.model_copy(update={"params": params}))


def all_doubtful(bundle: Bundle) -> Bundle:
    """The bundle with every read made again: its graphs for doubtful reads are then fed with every crop."""
    return _changed(bundle, "read", "again", 1.0) if bundle.spec.params["read"].get("again") else bundle


def _with_clear(answer: Answer, clear: NDArray[np.bool_]) -> Answer:
    return Answer(
        answer.kind, answer.items, answer.outcomes, answer.band, answer.clear & clear, answer.scores, answer.edge
    )
