"""Plots of the face tasks that don't fit in one function of `plots`."""

from __future__ import annotations

from typing import Any

from zhsq.protocols.report import Report

_COLUMNS = 3
_LINE, _FTA, _CLEAN = "#1f5f99", "#c4512d", "#555555"


def robustness(figure: Any, report: Report, trials: Any) -> None:
    """One small plot per condition: FNMR at the fixed threshold with its 95 % band, and failures to acquire.

    Levels stand at equal distances, the clean photos first. The scale is linear to 1 % and logarithmic above.

    Args:
        figure: a matplotlib figure; its size is set for the number of conditions.
        report: of the task face-robustness.
        trials: of that run; the figures are the report's own, so they are not read.
    """
    del trials
    rows = report.details["curves"]
    clean = rows[0]
    names = list(dict.fromkeys(row["condition"] for row in rows[1:]))
    height = -(-len(names) // _COLUMNS)
    figure.set_size_inches(10, 1.2 + 2.5 * height)
    grid = figure.subplots(height, _COLUMNS, squeeze=False, sharey=True)
    for axes, name in zip(grid.ravel(), names, strict=False):
        steps = [clean, *(row for row in rows if row["condition"] == name)]
        places = range(len(steps))
        low, high, fnmr, fta = ([100 * row[key] for row in steps] for key in ("fnmr_low", "fnmr_high", "fnmr", "fta"))
        axes.fill_between(places, low, high, color=_LINE, alpha=0.18, linewidth=0)
        axes.plot(places, fnmr, color=_LINE, marker="o", markersize=4, label="FNMR, 95 % interval")
        axes.plot(places, fta, color=_FTA, linestyle="--", linewidth=1.2, label="failure to acquire")
        axes.axhline(100 * clean["fnmr"], color=_CLEAN, linewidth=0.8, linestyle=":", label="FNMR of clean photos")
        axes.set_xticks(list(places), ["clean", *(f"{row['level']:g}" for row in steps[1:])], fontsize=8)
        axes.set_title(name.replace("_", " "), fontsize=10)
        axes.set_xlabel(steps[1]["unit"], fontsize=8)
        axes.set_yscale("symlog", linthresh=1)
        ticks = (0, 1, 2, 5, 10, 20, 50, 100)
        axes.set_yticks(ticks, [str(tick) for tick in ticks], fontsize=8)
        axes.set_yticks([], minor=True)
        axes.set_ylim(0, 110)
        axes.grid(alpha=0.3)
    spare = grid.ravel()[len(names) :]
    for axes in spare:
        axes.set_axis_off()
    handles, labels = grid[0, 0].get_legend_handles_labels()
    if len(spare):
        spare[0].legend(handles, labels, loc="center", fontsize=9, frameon=False)
    else:
        figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=9, frameon=False)
    threshold = report.thresholds["fmr_clean"].value
    figure.supylabel(
        f"% of trials at the threshold of the clean photos, {threshold:.3f} (FMR {clean['fmr']:.1e})", fontsize=9
    )
