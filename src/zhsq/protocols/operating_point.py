"""The operating-threshold planner: gallery size and target FPIR in, a 1:N threshold with its interval and evidence out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.identification import Search
from zhsq.metrics.impostors import ImpostorTail, impostor_tail
from zhsq.metrics.intervals import people_draws, percentile_interval
from zhsq.protocols.galleries import Templates, largest, search
from zhsq.protocols.report import Estimate

INTERVALS = "percentile bootstrap over people"
DRAWS = 10
#: Impostor pairs that must match at a rate for its threshold to be read off the sample.
SUPPORT = 10


@dataclass(frozen=True)
class Plan:
    """A planned threshold.

    Attributes:
        gallery_size: people enrolled.
        fpir: the target.
        threshold: cosine with its 95 % interval.
        method: 'measured' on galleries of that size, or 'extrapolated' from single comparisons.
        fnir: of the mated probes at the threshold ('measured'), or FNMR of all genuine pairs ('extrapolated').
        evidence: counts behind it.
        notes: what limits it.
    """

    gallery_size: int
    fpir: float
    threshold: Estimate
    method: Literal["measured", "extrapolated"]
    fnir: float
    evidence: dict[str, Any]
    notes: tuple[str, ...]


class Planner:
    """Plans thresholds from a labelled sample.

    If the sample has people enough, galleries of the wanted size are drawn and the threshold is measured on people who
    are not enrolled. If not, it follows from single comparisons: N independent comparisons at a false match rate f give
    FPIR = 1 - (1 - f)^N, so f = 1 - (1 - FPIR)^(1/N) (Bolle, Connell, Pankanti, Ratha, Senior, "Guide to Biometrics",
    2004). Comparisons of one probe are not independent: false matches gather on few probes, which makes this threshold
    err to the strict side.

    Args:
        templates: a site's own labelled sample, or a public set.
        resamples: of the bootstrap.
        seed: of draws and resamples.

    Raises:
        ValueError: fewer than two people, or no person with two photos.
    """

    def __init__(self, templates: Templates, *, resamples: int = 1000, seed: int = 0) -> None:
        acquired = templates.acquired
        photos = np.bincount(templates.people[acquired], minlength=len(templates.names))
        if (photos > 0).sum() < 2 or photos.max(initial=0) < 2:
            raise ValueError("The sample needs faces of at least two people, and two photos of at least one of them.")
        self.templates = templates
        self.seed = seed
        self._vectors, self._people = templates.vectors[acquired], templates.people[acquired]
        self._draws = people_draws(len(templates.names), resamples=resamples, seed=seed)
        # A gallery of nearly everyone would leave too few strangers to measure on.
        self.largest_measured = min(largest(templates), int((photos > 0).sum()) * 3 // 4)
        self._searches: dict[int, list[Search]] = {}

    def plan(self, gallery_size: int, fpir: float, *, interval: bool = True) -> Plan:
        """The threshold for a gallery size and a target FPIR.

        Args:
            gallery_size: people who will be enrolled, N >= 1.
            fpir: target rate of strangers who are named as someone, above 0 and below 1.
            interval: resample for the interval; without, it is the value itself.

        Raises:
            ValueError: an argument out of range.
        """
        if gallery_size < 1 or not 0 < fpir < 1:
            raise ValueError("A gallery of at least 1 and an FPIR between 0 and 1 are needed.")
        measured = gallery_size <= self.largest_measured
        make = self._measured if measured else self._extrapolated
        return make(gallery_size, fpir, self._draws if interval else self._draws[:0])

    def fpir_at(self, threshold: float, gallery_size: int) -> float:
        """FPIR on the sample at a threshold; beyond the sample's reach by 1 - (1 - FMR)^N."""
        if gallery_size <= self.largest_measured:
            return float(np.mean([item.fpir(threshold) for item in self._drawn(gallery_size)]))
        hits = total = 0
        for at in range(0, len(self._vectors), 1024):
            block = self._vectors[at : at + 1024] @ self._vectors.T
            other = self._people[at : at + 1024][:, None] != self._people[None]
            hits, total = hits + int((block[other] >= threshold).sum()), total + int(other.sum())
        return float(-np.expm1(gallery_size * np.log1p(-min(hits / total, 1 - 1e-12))))

    def _drawn(self, size: int) -> list[Search]:
        if size not in self._searches:
            self._searches[size] = [search(self.templates, size, self.seed + i)[0] for i in range(DRAWS)]
        return self._searches[size]

    def _measured(self, size: int, fpir: float, draws: NDArray[np.int64]) -> Plan:
        searches = self._drawn(size)
        value = float(np.mean([item.threshold(fpir) for item in searches]))
        means = [np.nanmean([item.threshold(fpir, times) for item in searches]) for times in draws]
        probes = int(np.mean([len(item.other) for item in searches]))
        evidence = {
            "galleries_drawn": DRAWS,
            "non_mated_probes": probes,
            "mated_probes": int(np.mean([len(item.mated) for item in searches])),
            "expected_false_positives": probes * fpir,
            "fpir_on_the_sample": float(np.mean([item.fpir(value) for item in searches])),
        }
        fnir = float(np.mean([item.fnir(value) for item in searches]))
        notes = _weak(probes * fpir, f"{probes} probes of people not enrolled, a gallery")
        return Plan(size, fpir, _estimate(value, means), "measured", fnir, evidence, notes)

    def _extrapolated(self, size: int, fpir: float, draws: NDArray[np.int64]) -> Plan:
        fmr = float(-np.expm1(np.log1p(-fpir) / size))
        tail = impostor_tail(self._vectors, self._people, count=len(self.templates.names), fmr=fmr, seed=self.seed)
        value = _extended(tail, fmr, tail.cumulated())
        values = []
        for times in draws:
            if tail.total(times) > 0:
                try:
                    values.append(_extended(tail, fmr, tail.cumulated(times)))
                except ValueError:  # this draw holds more of the highest scores than were kept
                    values.append(float(tail.scores[-1]))
        genuine = _genuine(self._vectors, self._people)
        evidence = {
            "impostor_pairs": tail.pairs,
            "genuine_pairs": len(genuine),
            "false_match_rate_per_comparison": fmr,
            "expected_false_matches": tail.pairs * fmr,
        }
        notes = (
            f"The sample allows measured galleries of up to {self.largest_measured} people: for {size} the threshold is "
            "extrapolated from single comparisons, taken as independent, which errs to the strict side.",
            *_weak(tail.pairs * fmr, f"{tail.pairs} impostor pairs"),
        )
        if tail.pairs * fmr < SUPPORT:
            notes += (
                f"Fewer than {SUPPORT} of the sample's impostor pairs would match at this rate: the threshold is extended "
                "from rates that it does support, as much again for every power of ten, which errs to the strict side.",
            )
        return Plan(
            size, fpir, _estimate(value, values), "extrapolated", float((genuine < value).mean()), evidence, notes
        )


def _extended(tail: ImpostorTail, fmr: float, cumulated: NDArray[np.float64]) -> float:
    """The threshold at a false match rate, also at one that too few pairs of the sample reach.

    There it rises by as much for every power of ten as it does between `SUPPORT` and 10 x `SUPPORT` matching pairs. Tails
    of scores fall faster than exponentially, so the true threshold rises by less each time: this errs to the strict side.
    """
    least = min(SUPPORT / tail.pairs, 0.1)
    if fmr >= least:
        return tail.threshold(fmr, cumulated)
    more = min(10 * least, 1.0)
    low, high = tail.threshold(more, cumulated), tail.threshold(least, cumulated)
    return high + (high - low) * float(np.log(least / fmr) / np.log(more / least))


def _estimate(value: float, resampled: list[Any]) -> Estimate:
    low, high = percentile_interval(np.array(resampled)) if resampled else (value, value)
    return Estimate(value=value, low=low, high=high)


def _genuine(vectors: NDArray[np.float32], people: NDArray[np.int64]) -> NDArray[np.float32]:
    """Scores of every pair of photos of one person."""
    found = []
    for person in np.flatnonzero(np.bincount(people) > 1):
        mine = vectors[people == person]
        found.append((mine @ mine.T)[np.triu_indices(len(mine), 1)])
    return np.concatenate(found)


def _weak(expected: float, what: str) -> tuple[str, ...]:
    if expected >= 30:
        return ()
    return (
        f"{what} give {expected:.3g} expected errors at this rate; the rule of 30 (ISO/IEC 19795-1) asks for 30, so "
        "the threshold is weak: collect more people, or take the interval's upper end.",
    )
