"""Face 1:N, open set: seeded galleries, probes of people who enrolled and of people who did not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from zhsq.metrics.identification import Search
from zhsq.metrics.intervals import people_draws, percentile_interval, wilson
from zhsq.protocols.galleries import Templates, largest, search
from zhsq.protocols.report import Estimate, Figures, ThresholdRef

INTERVALS = "percentile bootstrap over people (of probes), mean over the drawn galleries in every resample"
#: Gallery sizes of the curve, up to the largest that the set allows, which is added.
CURVE = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
#: Called with (done, total, what).
Progress = Callable[[int, int, str], None]
#: A figure of one search when people count `times` (None: once each).
Statistic = Callable[[Search, NDArray[np.int64] | None], float]


class FaceIdentification(BaseModel):
    """The protocol's settings; changing one changes the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str = "open-set-1toN"
    gallery_size: int = 1000
    #: Photos enrolled of a person at most. Figures without a suffix are of the first number; the others end in
    #: `_photos_K`.
    photos_each: tuple[int, ...] = (1, 3)
    #: Galleries drawn, with seeds seed .. seed + draws - 1.
    draws: int = 10
    fpirs: tuple[float, ...] = (0.01, 0.003)
    resamples: int = 1000
    seed: int = 0


class IdentificationFigures(Figures):
    """What the protocol gives, with one entry per probe and gallery."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    trials: dict[str, NDArray[Any]]


def evaluate(config: FaceIdentification, templates: Templates, progress: Progress) -> IdentificationFigures:
    """Evaluate open-set identification.

    FNIR at an FPIR uses the threshold that gives this FPIR on the same non-mated probes, as FRVT does. Beside it stand
    the rates a site would see: `fpir_planned_*` and `fnir_planned_*`, where the threshold comes from one half of the
    people who are not enrolled and the rates from the other half, both ways.

    Args:
        config: settings.
        templates: of the set.
        progress: hook (done, total, what).

    Raises:
        ValueError: the set has too few people for this gallery.
    """
    draws = people_draws(len(templates.names), resamples=config.resamples, seed=config.seed)
    metrics: dict[str, Estimate] = {}
    thresholds: dict[str, ThresholdRef] = {}
    notes: list[str] = []
    counts: dict[str, Any] = {}
    first: list[tuple[Search, NDArray[np.int64]]] = []
    for number, photos_each in enumerate(config.photos_each):
        found = [search(templates, config.gallery_size, config.seed + i, photos_each) for i in range(config.draws)]
        first = first or found
        searches = [item[0] for item in found]
        suffix = f"_photos_{photos_each}" if number else ""
        for fpir in config.fpirs:
            name = f"fnir_at_fpir_{fpir:g}{suffix}"
            metrics[name] = _estimate(searches, draws, _fnir_at(fpir))
            thresholds[name] = ThresholdRef(
                value=float(np.mean([item.threshold(fpir) for item in searches])),
                source="mean over galleries, each set on its own non-mated probes by definition; "
                "for a site: zhsq calibrate",
            )
            progress(len(metrics), len(config.photos_each) * (len(config.fpirs) + 1), "intervals")
        metrics[f"rank_1{suffix}"] = _estimate(searches, draws, lambda item, times: item.rank_1(times))
        progress(len(metrics), len(config.photos_each) * (len(config.fpirs) + 1), "intervals")
        counts[f"mated_probes{suffix}"] = int(np.mean([len(item.mated) for item in searches]))
        counts[f"non_mated_probes{suffix}"] = int(np.mean([len(item.other) for item in searches]))
    searches = [item[0] for item in first]
    notes += [note for fpir in config.fpirs for note in _weak(searches, fpir)]
    metrics |= _planned(searches, config.fpirs)
    notes.append("fpir_planned_*, fnir_planned_*: their range is the central 95 % over galleries and halves.")
    failures = int((~templates.acquired).sum())
    low, high = wilson(failures, len(templates.photos))
    metrics["fta"] = Estimate(value=failures / len(templates.photos), low=low, high=high)
    details = {
        "gallery_size": config.gallery_size,
        "photos_enrolled_each": config.photos_each[0],
        "draws": config.draws,
        "people": len(templates.names),
        "photos": len(templates.photos),
        **counts,
        "failures_to_acquire": failures,
        "by_gallery_size": _curve(config, templates, progress),
    }
    return IdentificationFigures(
        metrics=metrics, thresholds=thresholds, notes=tuple(notes), details=details, trials=_trials(first, templates)
    )


def _fnir_at(fpir: float) -> Statistic:
    return lambda item, times: item.fnir(item.threshold(fpir, times), times)


def _estimate(searches: list[Search], draws: NDArray[np.int64], statistic: Statistic) -> Estimate:
    values = [np.nanmean([statistic(item, times) for item in searches]) for times in draws]
    low, high = percentile_interval(np.array(values))
    return Estimate(value=float(np.mean([statistic(item, None) for item in searches])), low=low, high=high)


def _weak(searches: list[Search], fpir: float) -> list[str]:
    """ISO/IEC 19795-1's rule of 30, for both kinds of error."""
    probes = float(np.mean([len(item.other) for item in searches]))
    misses = float(np.mean([item.fnir(item.threshold(fpir)) * len(item.mated) for item in searches]))
    return [
        f"fnir_at_fpir_{fpir:g}: {count:.1f} {what} a gallery are fewer than the rule of 30 (ISO/IEC 19795-1) asks for: weak."
        for what, count in (("false positives", probes * fpir), ("false negatives", misses))
        if count < 30
    ]


def _planned(searches: list[Search], fpirs: tuple[float, ...]) -> dict[str, Estimate]:
    """FPIR and FNIR on one half of the non-mated people at the threshold set on the other, both ways."""
    metrics = {}
    for fpir in fpirs:
        rates = []
        for item in searches:
            half = item.other_people % 2 == 0  # codes follow names: no property of a face
            for inside in (half, ~half):
                threshold = item.only(inside).threshold(fpir)
                rates.append((item.only(~inside).fpir(threshold), item.fnir(threshold)))
        for column, which in enumerate(("fpir", "fnir")):
            values = np.array([row[column] for row in rates])
            low, high = percentile_interval(values)
            metrics[f"{which}_planned_{fpir:g}"] = Estimate(value=float(np.nanmean(values)), low=low, high=high)
    return metrics


def _curve(config: FaceIdentification, templates: Templates, progress: Progress) -> list[dict[str, float]]:
    """FNIR and threshold at every FPIR over gallery sizes; the mean over the drawn galleries."""
    top = largest(templates)
    sizes = sorted({*(size for size in CURVE if size < top), top})
    rows = []
    for done, size in enumerate(sizes, start=1):
        searches = [search(templates, size, config.seed + i, config.photos_each[0])[0] for i in range(config.draws)]
        row: dict[str, float] = {
            "gallery_size": size,
            "mated_probes": float(np.mean([len(s.mated) for s in searches])),
            "non_mated_probes": float(np.mean([len(s.other) for s in searches])),
            "rank_1": float(np.mean([item.rank_1() for item in searches])),
        }
        for fpir in config.fpirs:
            fnirs = [item.fnir(item.threshold(fpir)) for item in searches]
            row[f"threshold_{fpir:g}"] = float(np.mean([item.threshold(fpir) for item in searches]))
            row[f"fnir_at_fpir_{fpir:g}"] = float(np.mean(fnirs))
            row[f"fnir_at_fpir_{fpir:g}_least"], row[f"fnir_at_fpir_{fpir:g}_most"] = min(fnirs), max(fnirs)
        rows.append(row)
        progress(done, len(sizes), "gallery sizes")
    return rows


def _trials(found: list[tuple[Search, NDArray[np.int64]]], templates: Templates) -> dict[str, NDArray[Any]]:
    files = np.array([photo.name for photo in templates.photos])
    parts: list[dict[str, NDArray[Any]]] = []
    for draw, (item, index) in enumerate(found):
        parts.append(
            {
                "draw": np.full(len(index), draw),
                "person": templates.names[templates.people[index]],
                "file": files[index],
                "mated": np.arange(len(index)) < len(item.mated),
                "score": np.concatenate([item.mated, item.other]),
                "first": np.concatenate([item.first, np.zeros(len(item.other), dtype=bool)]),
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def searches_of(trials: dict[str, NDArray[Any]], people: NDArray[np.str_], gallery: int) -> list[Search]:
    """The searches again, from the trials of a run; codes are positions in the sorted `people`."""
    codes = np.searchsorted(people, trials["person"])
    found = []
    for draw in np.unique(trials["draw"]):
        here = trials["draw"] == draw
        mated, other = here & trials["mated"].astype(bool), here & ~trials["mated"].astype(bool)
        score = trials["score"]
        found.append(
            Search(gallery, score[mated], trials["first"][mated].astype(bool), codes[mated], score[other], codes[other])
        )
    return found
