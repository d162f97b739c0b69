"""Figures of text recognition: exact match, character error rate, accuracy by position, reject curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def edit_distance(a: str, b: str) -> int:
    """Least number of insertions, deletions and substitutions that make `b` of `a` (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def exact(truths: Sequence[str], reads: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each read equals its truth in every character. Shape (n,).

    Raises:
        ValueError: the sequences differ in length.
    """
    return np.array([truth == read for truth, read in zip(truths, reads, strict=True)], dtype=bool)


def edits(truths: Sequence[str], reads: Sequence[str]) -> NDArray[np.int64]:
    """Edit distance of each read to its truth. Shape (n,).

    Raises:
        ValueError: the sequences differ in length.
    """
    return np.array([edit_distance(t, r) for t, r in zip(truths, reads, strict=True)], dtype=np.int64)


def cer(truths: Sequence[str], reads: Sequence[str]) -> float:
    """Character error rate: all edits over all characters of the truths; above 1 when reads are much too long.

    Returns:
        NaN without a character of truth.
    """
    length = sum(map(len, truths))
    return float(edits(truths, reads).sum() / length) if length else float("nan")


def by_position(truths: Sequence[str], reads: Sequence[str]) -> list[tuple[int, int]]:
    """(right, total) for each position of the truths, by index from the left.

    A read that lost a character is wrong from there on, unless neighbours are equal: positions are not aligned,
    because a plate is compared by position.
    """
    places = max(map(len, truths), default=0)
    pairs = list(zip(truths, reads, strict=True))
    found = []
    for i in range(places):
        having = [(truth, read) for truth, read in pairs if len(truth) > i]
        found.append((sum(read[i : i + 1] == truth[i] for truth, read in having), len(having)))
    return found


@dataclass(frozen=True)
class RejectCurve:
    """Error among what is accepted against the share sent to review; all (k,), thresholds rising.

    Attributes:
        threshold: items of this confidence and above are accepted.
        review: share of items below it, 0..1.
        error: share of wrong items among those accepted, 0..1.
    """

    threshold: NDArray[np.float64]
    review: NDArray[np.float64]
    error: NDArray[np.float64]


def reject_curve(confidence: NDArray[np.floating], correct: NDArray[np.bool_]) -> RejectCurve:
    """The curve over every distinct confidence; (n,) each.

    Raises:
        ValueError: shapes differ.
    """
    if confidence.shape != correct.shape:
        raise ValueError(f"confidence {confidence.shape} and correct {correct.shape} differ")
    order = np.argsort(confidence, kind="stable")
    ranked, wrong = confidence[order].astype(np.float64), ~correct[order]
    threshold, first = np.unique(ranked, return_index=True)
    accepted = len(ranked) - first
    wrong_from = np.cumsum(wrong[::-1])[::-1][first] if len(ranked) else np.zeros(0)
    return RejectCurve(threshold, first / max(len(ranked), 1), wrong_from / accepted)
