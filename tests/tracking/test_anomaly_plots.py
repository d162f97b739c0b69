"""Plots of video anomaly: what they draw is what the report and the trials say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.protocols.video_anomaly import VideoAnomaly, evaluate
from zhsq.tracking import anomaly_plots as plots
from zhsq.tracking.anomaly_story import Moment, Picture
from zhsq.watch.rates import rate

SCORES = np.array([0.1, 0.8, 9.0, 0.3, 0.2, 0.1, 0.05, 0.25])
TRIALS: dict[str, Any] = {
    "clip": np.repeat(["01", "02"], 4),
    "frame": np.tile(np.arange(4), 2),
    "score": SCORES,
    "anomalous": np.array([False, True, True, False, True, False, True, False]),
}


def drawn() -> Figure:
    figure = Figure(figsize=(8, 5))
    FigureCanvasAgg(figure)
    return figure


@pytest.fixture(scope="module")
def report() -> Report:
    figures = evaluate(
        VideoAnomaly(resamples=20, block=2), scores=SCORES, anomalous=TRIALS["anomalous"], clips=TRIALS["clip"]
    )
    return Report(
        task="video-anomaly",
        data=DataRef(name="d", release="r", root="/"),
        protocol="p",
        split="test clips 01, 02",
        model=ModelRef(name="m", version="1.0.0", sha256="0" * 64),
        n=8,
        metrics=figures.metrics,
        thresholds={"alert": ThresholdRef(value=0.5, source="training clips")},
        seconds=1,
        items_per_second=8,
        details=figures.details,
    )


def spans(axes: Any) -> list[tuple[float, float]]:
    """Where the truth is shaded, in frames."""
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]


def test_timelines_shade_the_truth_and_mark_the_best_and_the_worst_clip(report: Report) -> None:
    figure = drawn()
    plots.timeline(figure, report, TRIALS)
    first, second = figure.axes[:2]
    assert first.get_title() == "best: clip 01, AUROC 1.000"
    assert second.get_title().startswith("worst: clip 02, AUROC")
    assert spans(first) == [(1, 3)] and spans(second) == [(0, 1), (2, 3)]  # a single frame is a frame wide
    np.testing.assert_array_equal(first.lines[0].get_ydata(), SCORES[:4])
    assert first.lines[1].get_ydata()[0] == 0.5  # the alert threshold
    assert first.get_ylim()[0] == 0 and first.get_ylim()[1] > 9
    figure.canvas.draw()


def test_one_clip_is_a_timeline_too(report: Report) -> None:
    figure = drawn()
    plots.timeline(figure, report, {key: values[:4] for key, values in TRIALS.items()})
    assert [axes.get_title() for axes in figure.axes] == ["best: clip 01, AUROC 1.000"]


def test_every_metric_is_a_point_on_its_interval(report: Report) -> None:
    figure = drawn()
    plots.figures(figure, report)
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "frame auroc micro",
        "frame auroc macro",
        "eer (lower is better)",
    ]
    for line, point, found in zip(axes.lines[::2], axes.lines[1::2], report.metrics.values(), strict=True):
        assert list(line.get_xdata()) == [found.low, found.high] and point.get_xdata()[0] == found.value


def test_the_leak_is_labelled_as_a_comparison(report: Report) -> None:
    figure = drawn()
    plots.leak(figure, report, TRIALS)
    honest, leaked = figure.axes
    assert f"{report.metrics['frame_auroc_micro'].value:.4f}" in honest.get_title()
    assert leaked.get_title().startswith("COMPARISON ONLY, leaks")
    np.testing.assert_array_equal(honest.lines[0].get_ydata(), SCORES)
    np.testing.assert_allclose(leaked.lines[0].get_ydata(), [0, 0.7 / 8.9, 1, 0.2 / 8.9, 0.75, 0.25, 0, 1])
    assert spans(honest) == spans(leaked) == [(1, 3), (4, 5), (6, 7)]
    assert [label.get_text() for label in leaked.get_xticklabels()] == ["01", "02"]


def moment(mask: bool = True) -> Moment:
    truth = np.zeros((24, 36), bool)
    truth[4:10, 6:12] = True
    heat = np.zeros((2, 3), np.float32)
    heat[0, 0] = 3.0
    image = np.full((24, 36, 3), 100, np.uint8)
    return Moment("hit", "01", 7, 3.25, image, heat, 12.0, (((0, 0, 12, 12), 3.0),), truth if mask else None)


def test_a_moment_shows_regions_heat_and_the_mask() -> None:
    figure = drawn()
    plots.moments(figure, [moment()], alert=2.0)
    left, middle, right = figure.axes[:3]
    assert left.get_title() == "clip 01, frame 7, score 3.2"
    assert list(left.lines[0].get_xdata()) == [0, 12, 12, 0, 0]
    heat = middle.images[1]
    assert heat.get_extent() == [0, 36, 24, 0] and heat.get_clim() == (0, 4)
    assert heat.get_alpha()[0, 0] == 0.75 and heat.get_alpha()[1, 1] == 0  # no heat hides nothing
    assert right.images[1].get_array().sum() == 36
    figure.canvas.draw()


def test_without_a_mask_it_is_said() -> None:
    figure = drawn()
    plots.moments(figure, [moment(mask=False)], alert=2.0)
    assert figure.axes[2].texts[0].get_text() == "no mask at hand"
    empty = drawn()
    plots.moments(empty, [], alert=2.0)
    assert not empty.axes


def test_rows_of_pictures_carry_their_names_and_outlines() -> None:
    figure, mask = drawn(), np.zeros((8, 12), bool)
    mask[2:4, 3:6] = True
    grey = np.full((8, 12), 50, np.uint8)
    plots.pictures(figure, {"board": [Picture(grey, "a", mask), Picture(grey, "b")], "cart": [Picture(grey)]})
    first, second, third, spare = figure.axes
    assert (first.get_title(), second.get_title()) == ("a", "b")
    assert (first.texts[0].get_text(), third.texts[0].get_text()) == ("board", "cart")
    assert len(first.collections) == 1 and not second.collections and not spare.images
    plots.pictures(drawn(), {})


def test_a_setting_has_a_line_a_kind_and_the_value_in_use() -> None:
    figure = drawn()
    plots.settings(figure, (0.1, 0.2), {"board": [0.7, 0.8], "cart": [0.9, 0.95]}, "weight", 0.2)
    axes = figure.axes[0]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["board", "cart", "in use"]
    assert axes.lines[2].get_xdata()[0] == 1
    assert len({line.get_marker() for line in axes.lines[:2]}) == 2  # told by more than colour


def test_false_alarms_carry_their_interval() -> None:
    figure = drawn()
    rates = [rate(events, 0.1) for events in (4, 1, 0)]
    plots.alarms(figure, [1, 2, 3], rates, 2.5)
    axes = figure.axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [40, 10, 0])
    assert axes.get_ylim()[1] >= rates[0].high and "6.0 minutes" in axes.get_xlabel()


def test_steps_show_medians() -> None:
    figure = drawn()
    plots.steps(figure, {"decode": np.array([1.0, 2.0, 9.0]), "flow": np.array([5.0, 5.0, 5.0])})
    axes = figure.axes[0]
    assert [patch.get_width() for patch in axes.patches] == [2, 5]
    assert "all steps 7.0 ms a frame" in axes.get_title() and "n = 3" in axes.get_title()
