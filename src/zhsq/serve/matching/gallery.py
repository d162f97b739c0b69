"""Who of an estate's enrolled people a face is, among those whose consent holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from zhsq.models.graph import FloatArray
from zhsq.serve.matching.coding import Precision
from zhsq.serve.matching.index import ExactIndex, VectorError
from zhsq.spans import span


@dataclass(frozen=True)
class Entry:
    """One enrolled template, protected. A subject may have several."""

    subject: str
    vector: FloatArray
    expires_at: datetime


@dataclass(frozen=True)
class Identification:
    """'match' names one subject; 'unknown' names nobody, whatever came closest."""

    decision: Literal["match", "unknown"]
    subject: str | None
    score: float | None
    margin: float | None
    threshold: float
    gallery: int

    @classmethod
    def unknown(cls, threshold: float, gallery: int) -> Identification:
        """Nobody is named; of whoever came closest nothing is told."""
        return cls("unknown", None, None, None, threshold, gallery)


class Gallery:
    """An estate's templates, indexed once for many searches. It never changes: enrolment and erasure build another.

    Entries whose consent has run out are left out of each search at its own time, by being hidden from the index, so a
    gallery need not be rebuilt when a consent expires.

    Args:
        entries: of one estate, protected alike; there may be none.
        precision: of the index.
        threads: of a search; 0 takes as many as the process may use.

    Raises:
        VectorError: vectors of different lengths, or not L2-normalised.
    """

    def __init__(self, entries: Iterable[Entry], precision: Precision = "int8", threads: int = 0) -> None:
        # By expiry, so that those expired at any time are the first rows.
        kept = sorted(entries, key=lambda entry: entry.expires_at)
        self._subjects = [entry.subject for entry in kept]
        self._expiries = [entry.expires_at for entry in kept]
        last = dict(zip(self._subjects, self._expiries, strict=True))
        self._last_expiries = sorted(last.values())
        self._rows: dict[str, list[int]] = {}
        for row, subject in enumerate(self._subjects):
            self._rows.setdefault(subject, []).append(row)
        #: So many rows that they can't all be of one subject.
        self._enough = max(map(len, self._rows.values()), default=0) + 1
        self._index = ExactIndex(_stack([entry.vector for entry in kept]), precision, threads) if kept else None

    def __len__(self) -> int:
        """How many entries it holds, expired ones too."""
        return len(self._subjects)

    def people(self, at: datetime) -> int:
        """How many people have at least one entry whose consent holds at `at`."""
        return len(self._last_expiries) - bisect_right(self._last_expiries, at)

    def best(self, probe: FloatArray, at: datetime) -> list[tuple[str, float]]:
        """The two people who are most like the probe, each with the score of their best template; best first.

        Of equal scores the one whose consent ends first comes first. Fewer than two where there are fewer people.

        Args:
            probe: protected, L2-normalised (d,) float32.
            at: the time of the decision; entries that expire then or earlier don't exist for it.
        """
        return list(self._people(probe, at, self._enough).items())[:2]

    def alike(
        self, probe: FloatArray, at: datetime, threshold: float, *, besides: str = "", limit: int = 10
    ) -> list[tuple[str, float]]:
        """People who are as like as `threshold` or more, each with the score of their best template; best first.

        Args:
            probe: protected, L2-normalised (d,) float32.
            at: as in `best`.
            threshold: cosine, -1..1.
            besides: a subject who is left out.
            limit: of people.
        """
        found = self._people(probe, at, (limit + 1) * self._enough)
        near = [(who, score) for who, score in found.items() if score >= threshold and who != besides]
        return near[:limit]

    def templates(self, subject: str, at: datetime) -> list[FloatArray]:
        """A person's vectors whose consent holds at `at`, protected."""
        first = bisect_right(self._expiries, at)
        return [self._index.vector(row) for row in self._rows.get(subject, ()) if row >= first] if self._index else []

    def _people(self, probe: FloatArray, at: datetime, rows: int) -> dict[str, float]:
        """Subjects of the best so many rows, each with their best score; best first."""
        if self._index is None:
            return {}
        expired = np.arange(bisect_right(self._expiries, at))
        with span("search", templates=len(self)):
            scores, found = self._index.search(probe[None], rows, hidden=expired)
        people: dict[str, float] = {}
        for score, row in zip(scores[0].tolist(), found[0].tolist(), strict=True):
            people.setdefault(self._subjects[row], score)
        return people


def identify(probe: FloatArray, gallery: Gallery, *, threshold: float, margin: float, at: datetime) -> Identification:
    """Search everyone whose consent holds at `at`.

    A match needs a similarity of at least `threshold` and a lead of at least `margin` over the next *person*: between
    two people who are alike, no one is named. Of an unknown, no score is given: it would tell of a stranger. Where only
    one person is enrolled there is nobody to be confused with, and the lead is score + 1, as over the least cosine.

    Args:
        probe: protected, L2-normalised (d,) float32.
        gallery: of one estate.
        threshold: cosine, -1..1.
        margin: cosine, >= 0.
        at: the time of the decision, UTC.

    Raises:
        VectorError: the probe is of another length than the gallery's vectors, or not L2-normalised.
    """
    people = gallery.people(at)
    unknown = Identification.unknown(threshold, people)
    best = gallery.best(probe, at)
    if not best:
        return unknown
    (subject, score), *others = best
    lead = score - others[0][1] if others else score + 1.0
    if score < threshold or lead < margin:
        return unknown
    return Identification("match", subject, score, lead, threshold, people)


def _stack(vectors: list[FloatArray]) -> FloatArray:
    sizes = {len(vector) for vector in vectors}
    if len(sizes) > 1:
        raise VectorError(f"Vectors of different lengths: {sorted(sizes)}.", "Enrol everyone with one model.")
    return np.stack(vectors)
