"""Plots of biometric error rates: DET curve, open-set search over gallery sizes, presentation attacks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.protocols.report import Report

Trials = dict[str, NDArray[Any]]
BLUE, RED, GREY = "#1f5f99", "#b3402a", "#777777"


def det(figure: Any, report: Report, trials: Trials) -> None:  # noqa: ARG001 (one signature for all)
    """FNMR over FMR (ISO/IEC 19795-1), thresholds from every impostor pair, with the 95 % band."""
    rows = report.details["det"]
    fmr, fnmr, low, high = (np.array([row[key] for row in rows]) for key in ("fmr", "fnmr", "low", "high"))
    genuine = report.details["genuine_pairs"]
    floor = 0.5 / genuine  # no error seen: drawn at half an error, a logarithm has no zero
    axes = figure.subplots()
    axes.fill_between(fmr, np.maximum(low, floor), np.maximum(high, floor), color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(fmr, np.maximum(fnmr, floor), color=BLUE, marker="o", markersize=3)
    axes.axvline(30 / report.details["impostor_pairs"], color=GREY, linewidth=0.8, linestyle="--")
    axes.annotate(
        "rule of 30",
        (30 / report.details["impostor_pairs"], floor),
        textcoords="offset points",
        xytext=(3, 3),
        color=GREY,
    )
    axes.set(xscale="log", yscale="log", ylim=(floor, 1))
    axes.set(
        xlabel=f"false match rate ({report.details['impostor_pairs']:,} impostor pairs)",
        ylabel=f"false non-match rate ({genuine:,} genuine pairs)",
    )
    axes.grid(alpha=0.3, which="both")


def open_set(figure: Any, report: Report, trials: Trials) -> None:
    """FNIR over the gallery's size at each FPIR, and FNIR over FPIR at the gallery that was asked for."""
    left, right = figure.subplots(1, 2)
    rows = report.details["by_gallery_size"]
    sizes = np.array([row["gallery_size"] for row in rows])
    names = [key for key in rows[0] if key.startswith("fnir_at_fpir_") and key.count("_") == 3]
    for name, colour in zip(names, (BLUE, RED, GREY), strict=False):
        value, least, most = (np.array([row[name + end] for row in rows]) for end in ("", "_least", "_most"))
        label = f"FPIR {float(name.removeprefix('fnir_at_fpir_')):.1%}"
        left.plot(sizes, value, color=colour, marker="o", markersize=4, label=label)
        left.fill_between(sizes, least, most, color=colour, alpha=0.15, linewidth=0)
    left.plot(sizes, [1 - row["rank_1"] for row in rows], color=GREY, linestyle="--", label="rank 1 missed")
    left.set(
        xscale="log", xlabel="people enrolled", ylabel="FNIR (band: least and most of the galleries)", ylim=(0, None)
    )
    left.legend(frameon=False)
    left.grid(alpha=0.3)
    for draw in np.unique(trials["draw"]):
        here = trials["draw"] == draw
        mated = here & trials["mated"].astype(bool)
        other = np.sort(trials["score"][here & ~trials["mated"].astype(bool)])[::-1]
        own = np.sort(np.where(trials["first"][mated].astype(bool), trials["score"][mated], -np.inf))
        fpir = np.arange(1, len(other) + 1) / len(other)
        right.plot(fpir, np.searchsorted(own, other, side="left") / len(own), color=BLUE, alpha=0.35, linewidth=1)
    for rate in (0.01, 0.003):
        right.axvline(rate, color=GREY, linewidth=0.8, linestyle="--")
    right.set(xscale="log", xlim=(5e-4, 1), ylim=(0, None))
    right.set(xlabel="FPIR", ylabel=f"FNIR, {report.details['gallery_size']:,} enrolled (a line per gallery)")
    right.grid(alpha=0.3, which="both")


def pad(figure: Any, report: Report, trials: Trials) -> None:
    """Live scores of bona-fide photos and of each kind of attack, with the threshold."""
    axes = figure.subplots()
    kinds = sorted(set(trials["kind"].tolist()), key=lambda kind: (kind != "bona-fide", kind))
    bins = np.linspace(0, 1, 41)
    for kind in kinds:
        scores = trials["scores"][trials["kind"] == kind]
        shown = scores[np.isfinite(scores)]
        axes.hist(shown, bins=bins, histtype="step", linewidth=1.6, density=True, label=f"{kind} (n = {len(scores)})")
    axes.axvline(report.thresholds["live"].value, color=GREY, linewidth=1, linestyle="--")
    axes.set(xlabel="live probability (dashed: threshold)", ylabel="density", yscale="log")
    axes.legend(frameon=False)
