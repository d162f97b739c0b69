"""The curves of each task, of all runs in one chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from zhsq.metrics.text import reject_curve
from zhsq.metrics.verification import roc
from zhsq.protocols.face_identification import searches_of
from zhsq.tracking.comparison.chart import Axis, Chart, Line, decades, linear, thinned
from zhsq.tracking.comparison.decisions import judged
from zhsq.tracking.comparison.result import Side


def charts(sides: Sequence[Side]) -> list[Chart]:
    """The charts of the runs' task."""
    return _TASKS[sides[0].run.report.task](sides)


def _column(rows: list[dict[str, float]], key: str) -> NDArray[np.float64]:
    return np.array([row[key] for row in rows], dtype=np.float64)


def _det(sides: Sequence[Side]) -> list[Chart]:
    details = sides[0].run.report.details
    floor = 0.5 / details["genuine_pairs"]  # no error seen: drawn at half an error, a logarithm has no zero
    lines, ends = [], []
    for side in sides:
        rows = side.run.report.details["det"]
        fmr, *rest = (_column(rows, key) for key in ("fmr", "fnmr", "low", "high"))
        fnmr, low, high = (np.maximum(column, floor) for column in rest)
        lines.append(Line(side.letter, fmr, fnmr, (low, high), points=True))
        ends += [fmr.min(), fmr.max()]
    top = min(1.0, 2 * max(float(line.band[1].max()) for line in lines if line.band))
    return [
        Chart(
            "DET curves",
            "False non-match rate over false match rate of each run, logarithmic, with 95 % bands: lower is better.",
            decades(f"false match rate ({details['impostor_pairs']:,} impostor pairs)", min(ends), max(ends)),
            decades(f"false non-match rate ({details['genuine_pairs']:,} genuine pairs)", floor, top),
            tuple(lines),
            marks=((30 / details["impostor_pairs"], "rule of 30"),),
            note="Thresholds come from every impostor pair. A rate of 0 is drawn at half an error. Left of the dashed "
            "line fewer than 30 false matches are behind a threshold (ISO/IEC 19795-1).",
        )
    ]


def _open_set(sides: Sequence[Side]) -> list[Chart]:
    rates = np.logspace(-3, 0, 31)
    lines = []
    people = np.unique(sides[0].trials["person"])
    for side in sides:
        found = searches_of(side.trials, people, side.run.report.details["gallery_size"])
        values = [np.mean([search.fnir(search.threshold(rate)) for search in found]) for rate in rates]
        lines.append(Line(side.letter, rates, np.array(values)))
    size = sides[0].run.report.details["gallery_size"]
    top = max(float(line.y.max()) for line in lines)
    return [
        Chart(
            "Open-set search",
            "False negative over false positive identification rate of each run, mean of the galleries: lower is better.",
            decades(f"false positive identification rate, {size:,} enrolled", 1e-3, 1),
            linear("false negative identification rate, %", 0, 1.05 * top or 1.0, percent=True),
            tuple(lines),
        )
    ]


def _robustness(sides: Sequence[Side]) -> list[Chart]:
    rows = sides[0].run.report.details["curves"]
    starts = {row["condition"]: i for i, row in reversed(list(enumerate(rows)))}
    lines = []
    for side in sides:
        found = side.run.report.details["curves"]
        for condition in starts:  # a line of its own: the last level of one leads nowhere to the first of the next
            places = [i for i, row in enumerate(rows) if row["condition"] == condition]
            part = [found[i] for i in places]
            value, low, high = (_column(part, key) for key in ("fnmr", "fnmr_low", "fnmr_high"))
            lines.append(Line(side.letter, np.array(places, dtype=np.float64), value, (low, high), points=True))
    # Names of neighbours would run into each other: numbers stand on the axis, and the note says which is which.
    order = sorted(starts.items(), key=lambda item: item[1])
    ticks = tuple((float(place), str(number)) for number, (_, place) in enumerate(order, start=1))
    names = ", ".join(f"{number} {name.replace('_', ' ')}" for number, (name, _) in enumerate(order, start=1))
    top = max(float(line.band[1].max()) for line in lines if line.band)
    return [
        Chart(
            "Misses under gate-camera conditions",
            "FNMR of each condition and level at the threshold of the clean photos, with 95 % bands: lower is better.",
            Axis("condition, its levels from left to right", 0, max(1, len(rows) - 1), False, ticks),
            linear("FNMR, %", 0, 1.05 * top or 1.0, percent=True),
            tuple(lines),
            note=f"A number stands where a condition begins: {names}.",
        )
    ]


def _pad(sides: Sequence[Side]) -> list[Chart]:
    lines = []
    for side in sides:
        rows = side.run.report.details["curve"]
        lines.append(Line(side.letter, _column(rows, "apcer"), _column(rows, "bpcer"), points=True))
    return [
        Chart(
            "Attacks let through and people refused",
            "BPCER over the largest APCER of any kind of attack: lower is better.",
            linear("worst kind's APCER, %", 0, 0.5, percent=True),
            linear("BPCER, %", 0, 1, percent=True),
            tuple(lines),
        )
    ]


def _reject(sides: Sequence[Side]) -> list[Chart]:
    inside = judged([side.run for side in sides], sides[0].trials)
    lines, dots, last, top = [], [], 0.1, 0.0
    for side in sides:
        confidence, correct = side.trials["confidence"][inside], side.trials["correct"][inside].astype(bool)
        curve = reject_curve(confidence, correct)
        lines.append(Line(side.letter, curve.review, curve.error, step=True))
        last = max(last, 1.2 * float(curve.review[curve.error > 0].max(initial=0.0)))
        top = max(top, float(curve.error.max(initial=0.0)))
        accept = side.run.report.thresholds.get("accept")
        if accept is not None:
            taken = confidence >= accept.value
            review = float((~taken).mean())
            dots.append((side.letter, review, float((~correct[taken]).mean()) if taken.any() else 0.0))
            last = max(last, 1.1 * review)
    return [
        Chart(
            "Reject curves",
            "Share wrong among the accepted over the share sent to a person, weakest character first: lower is better.",
            linear("sent to a person, %", 0, min(1.0, last), percent=True),
            linear("wrong among accepted, %", 0, 1.08 * top or 0.01, percent=True),
            tuple(lines),
            dots=tuple(dots),
            note=f"On {int(inside.sum())} plates that no threshold came from. A ring is a run's own threshold.",
        )
    ]


def _video(sides: Sequence[Side]) -> list[Chart]:
    trials = sides[0].trials
    anomalous, clips = trials["anomalous"].astype(bool), trials["clip"]
    lines = []
    for side in sides:
        _, false, true = roc(side.trials["score"].astype(np.float64), anomalous)
        kept = thinned(false)
        lines.append(Line(side.letter, false[kept], true[kept]))
    found = [
        Chart(
            "ROC curves",
            "Anomalous frames found over normal frames alarmed at, all clips on one scale: higher is better.",
            linear("false alarms among normal frames, %", 0, 1, percent=True),
            linear("anomalous frames found, %", 0, 1, percent=True),
            tuple(lines),
        )
    ]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], anomalous.astype(np.int8), [0]])))
    shades = tuple((float(a), float(b)) for a, b in edges.reshape(-1, 2).tolist())
    starts = [0, *(np.flatnonzero(clips[1:] != clips[:-1]) + 1).tolist()]
    ticks = tuple((float(start), str(clips[start])) for start in starts)
    for side in sides:
        score = side.trials["score"].astype(np.float64)
        kept = thinned(score)
        found.append(
            Chart(
                f"Timeline of {side.letter}",
                f"Score of each frame of {side.title}; anomalous frames are shaded.",
                Axis("clip, its frames from left to right", 0, float(len(score)), False, ticks),
                linear("score", min(0.0, float(score.min())), float(score.max()) or 1.0),
                (Line(side.letter, kept.astype(np.float64), score[kept]),),
                shades=shades,
                note="Shaded: anomalous. Scales of two models are not comparable.",
            )
        )
    return found


_TASKS: dict[str, Callable[[Sequence[Side]], list[Chart]]] = {
    "face-verification": _det,
    "face-identification": _open_set,
    "face-robustness": _robustness,
    "face-pad": _pad,
    "plate-reading": _reject,
    "plate-end-to-end": _reject,
    "video-anomaly": _video,
}
