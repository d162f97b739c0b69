"""Plots of video anomaly: scores over time, frames with their evidence, and what an operator feels.

Colours are Okabe and Ito's (2002), which people with any kind of colour vision tell apart; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.protocols.report import Report
from zhsq.tracking.anomaly_story import Moment, Picture
from zhsq.watch.rates import Rate

BLUE, SKY, ORANGE, RED, GREEN, GREY = "#0072b2", "#56b4e9", "#e69f00", "#d55e00", "#009e73", "#555555"
#: By kind of planted thing: so that lines differ in more than colour.
_MARKERS = ("o", "s", "^", "D")
_KINDS = (BLUE, ORANGE, GREEN, RED)


def timeline(figure: Any, report: Report, trials: Any) -> None:
    """Scores over frames, clip by clip, with the truth shaded, the alert threshold, and the best and the worst clip marked.

    Args:
        figure: a matplotlib figure.
        report: of the task video-anomaly.
        trials: of that run.
    """
    alert = report.thresholds["alert"].value
    by_clip: dict[str, float] = report.details["auroc_by_clip"]
    clips = list(dict.fromkeys(str(clip) for clip in trials["clip"].tolist()))
    best, worst = max(clips, key=by_clip.__getitem__), min(clips, key=by_clip.__getitem__)
    columns = min(len(clips), 3 if len(clips) > 4 else 2)
    grid = figure.subplots(-(-len(clips) // columns), columns, squeeze=False, sharey=True)
    for axes, clip in zip(grid.ravel(), clips, strict=False):
        inside = trials["clip"] == clip
        frame, score, truth = (trials[key][inside] for key in ("frame", "score", "anomalous"))
        _shade(axes, truth, int(frame[0]))
        axes.plot(frame, score, color=BLUE, linewidth=1.2)
        axes.axhline(alert, color=GREY, linewidth=1, linestyle="--")
        _score_scale(axes, max(alert, float(trials["score"].max())))
        axes.set_xlim(frame[0], frame[-1] + 1)
        mark = "best: " if clip == best else "worst: " if clip == worst else ""
        axes.set_title(
            f"{mark}clip {clip}, AUROC {by_clip[clip]:.3f}",
            fontsize=9,
            color=GREEN if clip == best else RED if clip == worst else "black",
            fontweight="bold" if mark else "normal",
        )
        for spine in axes.spines.values() if mark else ():
            spine.set(color=GREEN if clip == best else RED, linewidth=2)
        axes.grid(alpha=0.3)
    for axes in grid.ravel()[len(clips) :]:
        axes.set_visible(False)
    figure.supxlabel("frame of the clip (shaded: anomalous; dashed: alert threshold, set on normal clips)", fontsize=9)
    figure.supylabel("score (linear to 1, logarithmic above)", fontsize=9)


def figures(figure: Any, report: Report) -> None:
    """Every metric as a point with its interval, higher is better but for the equal error rate."""
    axes = figure.subplots()
    names = list(report.metrics)
    for place, name in enumerate(names):
        found = report.metrics[name]
        lower = name == "eer"
        axes.plot(
            [found.low, found.high],
            [place, place],
            color=ORANGE if lower else BLUE,
            linewidth=4,
            alpha=0.5,
            solid_capstyle="butt",
        )
        axes.plot(found.value, place, marker="D" if lower else "o", color=ORANGE if lower else BLUE, markersize=7)
        axes.annotate(
            f"{found.value:.3f}", (found.value, place), (0, 8), textcoords="offset points", ha="center", fontsize=8
        )
    labels = [f"{name.replace('_', ' ')}{' (lower is better)' if name == 'eer' else ''}" for name in names]
    axes.set_yticks(range(len(names)), labels, fontsize=9)
    axes.set_ylim(len(names) - 0.5, -0.7)
    axes.set_xlim(-0.02, 1.05)
    axes.set_xlabel(f"figure and 95 % interval, {report.n} frames of {report.split}", fontsize=9)
    axes.grid(alpha=0.3)


def pictures(figure: Any, rows: Mapping[str, Sequence[Picture]]) -> None:
    """A row of pictures for each name; what is anomalous is outlined.

    Args:
        figure: a matplotlib figure.
        rows: by the name that stands at the left.
    """
    columns = max((len(row) for row in rows.values()), default=0)
    if not columns:
        return
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for line, (name, row) in zip(grid, rows.items(), strict=True):
        for axes in line:
            axes.set_axis_off()
        for axes, picture in zip(line, row, strict=False):
            height, width = picture.image.shape[:2]
            axes.imshow(picture.image, cmap="gray", vmin=0, vmax=255, extent=(0, width, height, 0))
            _outline(axes, picture.mask)
            axes.set_title(picture.text, fontsize=8, pad=3)
        _name(line[0], name)


def moments(figure: Any, shown: Sequence[Moment], alert: float) -> None:
    """Frames with their regions, their heat, and the truth beside it: a row each.

    Args:
        figure: a matplotlib figure.
        shown: frames.
        alert: threshold of the score; heat is drawn from 0 to twice that, and lets the frame through where it is low.
    """
    if not shown:
        return
    grid = figure.subplots(len(shown), 3, squeeze=False)
    heat = None
    for line, moment in zip(grid, shown, strict=True):
        height, width = moment.image.shape[:2]
        whole = (0, width, height, 0)
        for axes in line:
            axes.imshow(moment.image, cmap="gray", vmin=0, vmax=255, extent=whole)
            axes.set(xticks=[], yticks=[])
        for (x1, y1, x2, y2), score in moment.regions:
            line[0].plot([x1, x2, x2, x1, x1], [y1, y1, y2, y2, y1], color=ORANGE, linewidth=1.6)
            line[0].text(
                x1 + 2,
                y1 + 2,
                f"{score:.0f}",
                color="black",
                fontsize=7,
                va="top",
                bbox={"fc": ORANGE, "pad": 1, "lw": 0},
            )
        _outline(line[0], moment.mask)
        rows, columns = moment.heat.shape
        heat = line[1].imshow(
            moment.heat,
            cmap="inferno",
            vmin=0,
            vmax=2 * alert,
            alpha=np.clip(moment.heat / (0.5 * alert), 0, 0.75),
            extent=(0, columns * moment.cell, rows * moment.cell, 0),
            interpolation="nearest",
        )
        if moment.mask is None:
            line[2].text(width / 2, height / 2, "no mask at hand", ha="center", color=SKY, fontsize=9)
        else:
            line[2].imshow(moment.mask, cmap="gray", vmin=0, vmax=1, extent=whole)
        for axes in line:
            axes.set(xlim=(0, width), ylim=(height, 0))
        line[0].set_title(f"clip {moment.clip}, frame {moment.frame}, score {moment.score:.1f}", fontsize=8)
        _name(line[0], moment.kind)
    grid[0][1].set_title("heat: evidence of cells", fontsize=8)
    grid[0][2].set_title("truth: pixel mask", fontsize=8)
    bar = figure.colorbar(heat, ax=grid.ravel().tolist(), location="bottom", shrink=0.5, aspect=45, extend="max")
    bar.set_label(f"evidence of a cell (alert threshold of the score: {alert:.1f})", fontsize=8)
    bar.ax.axvline(alert, color=SKY, linewidth=2)
    figure.supxlabel("left: regions in solid orange with their evidence, the truth dashed in blue", fontsize=8)


def settings(
    figure: Any, values: Sequence[float], auroc: Mapping[str, Sequence[float]], name: str, kept: float
) -> None:
    """AUROC on planted anomalies over a setting, a line for each kind of thing.

    Args:
        figure: a matplotlib figure.
        values: of the setting.
        auroc: by kind, one a value.
        name: of the setting.
        kept: the value that is used.
    """
    axes = figure.subplots()
    places = np.arange(len(values))
    for number, (kind, row) in enumerate(auroc.items()):
        axes.plot(places, row, color=_KINDS[number % 4], marker=_MARKERS[number % 4], label=kind)
    if kept in values:
        axes.axvline(list(values).index(kept), color=GREY, linestyle="--", linewidth=1, label="in use")
    axes.set_xticks(places, [f"{value:g}" for value in values])
    axes.set(xlabel=name, ylabel="AUROC of frames, planted things")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right center", frameon=False, fontsize=8)


def leak(figure: Any, report: Report, trials: Any) -> None:
    """Scores as they are above, stretched to 0..1 in each clip below: the second needs a clip's last frame first.

    Args:
        figure: a matplotlib figure.
        report: of the task video-anomaly.
        trials: of that run.
    """
    score, clip = trials["score"], trials["clip"]
    stretched = np.zeros(len(score))
    for name in dict.fromkeys(clip.tolist()):
        inside = clip == name
        low, high = score[inside].min(), score[inside].max()
        stretched[inside] = (score[inside] - low) / max(high - low, 1e-12)
    metric = report.metrics["frame_auroc_micro"]
    leaked = report.details["comparison_only_frame_auroc_micro_with_per_clip_min_max"]
    starts = [0, *(np.flatnonzero(clip[1:] != clip[:-1]) + 1).tolist()]
    panels = figure.subplots(2, 1, sharex=True)
    for axes, values, title, colour in (
        (panels[0], score, f"as scored, one scale for all clips: frame AUROC {metric.value:.4f}", BLUE),
        (panels[1], stretched, f"COMPARISON ONLY, leaks: min-max of each clip, frame AUROC {leaked:.4f}", RED),
    ):
        places = np.arange(len(values))
        _shade(axes, trials["anomalous"])
        axes.plot(places, values, color=colour, linewidth=1)
        for start in starts[1:]:
            axes.axvline(start, color="black", linewidth=0.8)
        axes.set_title(title, fontsize=9)
        axes.grid(alpha=0.3, axis="y")
        axes.set_xlim(0, len(values))
    _score_scale(panels[0], float(score.max()))
    panels[0].set_ylabel("score", fontsize=9)
    panels[1].set_ylabel("stretched score", fontsize=9)
    middles = (np.array(starts) + np.array([*starts[1:], len(score)])) / 2
    panels[1].set_xticks(middles, [str(clip[start]) for start in starts], fontsize=8)
    panels[1].tick_params(axis="x", length=0)
    panels[1].set_xlabel("clip, its frames from left to right (shaded: anomalous)", fontsize=9)


def alarms(figure: Any, thresholds: Sequence[float], rates: Sequence[Rate], alert: float) -> None:
    """False alarms an hour over the threshold, with their exact interval.

    Args:
        figure: a matplotlib figure.
        thresholds: rising.
        rates: one a threshold, on normal frames.
        alert: the threshold in use.
    """
    axes = figure.subplots()
    middle, low, high = (np.array([getattr(rate, key) for rate in rates]) for key in ("per_hour", "low", "high"))
    axes.fill_between(
        thresholds, low, high, color=SKY, alpha=0.35, linewidth=0, step="post", label="95 % interval (Poisson, exact)"
    )
    axes.step(thresholds, middle, where="post", color=BLUE, label="events an hour")
    axes.axvline(alert, color=GREY, linestyle="--", linewidth=1, label=f"alert threshold {alert:.1f}")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(0, 2 * max(float(high.max()), 1.0))
    _plain_ticks(axes)
    axes.set_xlim(thresholds[0], thresholds[-1])
    minutes = 60 * rates[0].hours
    axes.set_xlabel(f"threshold of the score, tried on {minutes:.1f} minutes of normal video", fontsize=9)
    axes.set_ylabel("false alarms an hour", fontsize=9)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=8)


def steps(figure: Any, milliseconds: Mapping[str, NDArray[np.float64]]) -> None:
    """What each step of a frame costs: the median, and the 5th and 95th percentile as a line.

    Args:
        figure: a matplotlib figure.
        milliseconds: by step, one a frame.
    """
    axes = figure.subplots()
    names = list(milliseconds)
    total = sum(milliseconds.values(), np.zeros(len(next(iter(milliseconds.values())))))
    for place, name in enumerate(names):
        low, middle, high = np.percentile(milliseconds[name], (5, 50, 95))
        axes.barh(place, middle, color=BLUE, height=0.6)
        axes.plot([low, high], [place, place], color="black", linewidth=1.2)
        axes.annotate(
            f"{middle:.1f} ms", (max(middle, high), place), (5, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.25 * max(float(np.percentile(part, 95)) for part in milliseconds.values()))
    axes.set_xlabel("milliseconds a frame: median (line: 5th to 95th percentile)", fontsize=9)
    axes.set_title(f"all steps {np.median(total):.1f} ms a frame (median), n = {len(total)}", fontsize=9)
    axes.grid(alpha=0.3, axis="x")


def _score_scale(axes: Any, top: float) -> None:
    """Linear to 1, logarithmic above: a cart scores ten times a bicycle, and both are to be seen."""
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(0, 1.6 * max(top, 1.0))
    _plain_ticks(axes)


def _plain_ticks(axes: Any) -> None:
    ticks = [tick for tick in (0, *(10**power for power in range(7))) if tick <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, [f"{tick:,}" for tick in ticks])


def _shade(axes: Any, truth: NDArray[Any], first: int = 0) -> None:
    """Shade runs of anomalous frames; one by itself is as wide as a frame."""
    steps = np.diff(np.concatenate([[0], truth.astype(np.int8), [0]]))
    for start, end in zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0), strict=True):
        axes.axvspan(first + start, first + end, color=ORANGE, alpha=0.25, linewidth=0)


def _outline(axes: Any, mask: NDArray[np.bool_] | None) -> None:
    """Outline a mask on a picture whose pixel (0, 0) reaches from 0 to 1."""
    if mask is not None and mask.any():
        height, width = mask.shape
        axes.contour(
            np.arange(width) + 0.5,
            np.arange(height) + 0.5,
            mask.astype(float),
            levels=[0.5],
            colors=[SKY],
            linewidths=1.4,
            linestyles="dashed",
        )


def _name(axes: Any, text: str) -> None:
    axes.annotate(
        text, (0, 0.5), (-8, 0), "axes fraction", textcoords="offset points", ha="right", va="center", fontsize=9
    )
