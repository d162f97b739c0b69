"""Figures of text recognition: exact match, character errors, accuracy by position, confusions, reject curve."""

from __future__ import annotations

from collections import Counter
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


def align(truth: str, read: str) -> list[tuple[str, str]]:
    """Pairs (of the truth, of the read) along one shortest edit path; '' where a character was lost or added.

    Where several paths are shortest, characters are paired rather than dropped, from the right.
    """
    table = [[0] * (len(read) + 1) for _ in range(len(truth) + 1)]
    for i in range(len(truth) + 1):
        for j in range(len(read) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            paired = table[i - 1][j - 1] + (truth[i - 1] != read[j - 1])
            table[i][j] = min(paired, table[i - 1][j] + 1, table[i][j - 1] + 1)
    i, j, pairs = len(truth), len(read), []
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + (truth[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((truth[i], read[j]))
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            pairs.append((truth[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs[::-1]


def confusions(truths: Sequence[str], reads: Sequence[str]) -> list[tuple[str, str, int]]:
    """(of the truth, read as, how often) for characters that differ, by `align`; most frequent first.

    Raises:
        ValueError: the sequences differ in length.
    """
    found = Counter(pair for t, r in zip(truths, reads, strict=True) for pair in align(t, r) if pair[0] != pair[1])
    return [(truth, read, n) for (truth, read), n in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


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


def aurc(confidence: NDArray[np.floating], correct: NDArray[np.bool_]) -> float:
    """Area under the reject curve: the error among what is at least as sure as an item, averaged over the items.

    Geifman, Uziel and El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR 2019; items of
    equal confidence are accepted together. 0 when nothing is wrong; the share of wrong items when confidence tells
    nothing. NaN without an item.

    Raises:
        ValueError: shapes differ.
    """
    curve = reject_curve(confidence, correct)
    if not len(confidence):
        return float("nan")
    share = np.diff(curve.review, append=1.0)
    return float(np.sum(share * curve.error))
