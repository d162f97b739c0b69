"""Plots of plate runs, the sheet of failures, and the comparison of two readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from zhsq.protocols.plate_accept import Accept
from zhsq.protocols.plate_reading import PlateReadingConfig, Readings, evaluate
from zhsq.protocols.report import DataRef, ModelRef, Report, ThresholdRef
from zhsq.tracking import plate_sheets
from zhsq.tracking.plate_plots import reading, reject

TRUTHS = ["皖A12345", "皖A12346", "京B00001", "京B00002"]


def report_of(reads: list[str], confidences: list[float], accept: float) -> Report:
    figures = evaluate(
        Readings(
            files=[f"{i}.jpg" for i in range(4)],
            truths=TRUTHS,
            reads=reads,
            characters=[[c] * len(read) for read, c in zip(reads, confidences, strict=True)],
            classes=["blue"] * 4,
            read_classes=["blue"] * 4,
            confidences=np.array(confidences),
            unreadable=np.zeros(4, bool),
        ),
        Accept(accept, "elsewhere", "synthetic"),
        PlateReadingConfig(resamples=20),
    )
    return Report(
        task="plate-reading",
        data=DataRef(name="d", release="r", root="/"),
        protocol="p",
        split="s",
        model=ModelRef(name="m", version="1.0.0", sha256="0" * 64),
        n=4,
        metrics=figures.metrics,
        thresholds={"accept": ThresholdRef(value=accept, source="")},
        seconds=1,
        items_per_second=1,
        details=figures.details,
    )


def drawn() -> Figure:
    figure = Figure(figsize=(11, 4.8))
    FigureCanvasAgg(figure)
    return figure


def test_the_curve_carries_the_operating_point_and_the_bins_their_points() -> None:
    report = report_of([*TRUTHS[:3], "京B00008"], [0.9, 0.9, 0.8, 0.6], 0.7)
    figure = drawn()
    reading(figure, report, {})
    left, right = figure.axes
    curve = left.lines[0]
    assert curve.get_xdata() == pytest.approx([0, 25, 50])  # one of four is below 0.8, two below 0.9
    assert curve.get_ydata() == pytest.approx([25, 0, 0])
    point = left.containers[0].lines[0]
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (pytest.approx(25), 0)
    bins = right.collections[-1].get_offsets()
    # 7 characters at 0.6 with the last one wrong, 7 at 0.8, 14 at 0.9; the bins of 15 that hold them.
    assert np.asarray(bins) == pytest.approx(np.array([[0.6, 6 / 7], [0.8, 1], [0.9, 1]]))
    assert right.texts[0].get_text() == "7"


def test_a_reader_that_reads_nothing_is_drawn_too() -> None:
    report = report_of([""] * 4, [0.0] * 4, 0.7)
    figure = drawn()
    reading(figure, report, {})
    assert not figure.axes[0].containers  # nothing is accepted: no operating point
    assert "ece" not in report.metrics
    figure.savefig(Path("/dev/null"), format="png")


def test_the_curve_of_photos_is_drawn_from_their_trials() -> None:
    trials = {"confidence": np.array([0.9, 0.5, 0.7]), "correct": np.array([True, False, True])}
    figure = drawn()
    reject(figure, report_of(TRUTHS, [1.0] * 4, 0.7), trials)
    assert figure.axes[0].lines[0].get_ydata() == pytest.approx([100 / 3, 0, 0])


def sheet_trials() -> dict[str, Any]:
    return {
        "confidence": np.array([0.9, 0.2, 0.8, 0.95]),
        "correct": np.array([False, False, True, False]),
        "truth": np.array(TRUTHS),
        "read": np.array(["皖A12349", "", "京B00001", "京B00008"]),
        "file": np.array(["a.png", "b.png", "c.png", "d.png"]),
    }


def test_failures_are_shown_surest_first_wherever_the_crops_lie(tmp_path: Path) -> None:
    (tmp_path / "crops").mkdir()
    Image.fromarray(np.full((24, 94, 3), (10, 20, 200), np.uint8)).save(tmp_path / "crops" / "d.png")
    shown = plate_sheets.failures(sheet_trials(), tmp_path)
    assert [(item.truth, item.read) for item in shown] == [
        ("京B00002", "京B00008"),
        ("皖A12345", "皖A12349"),
        ("皖A12346", ""),
    ]
    assert shown[0].path == tmp_path / "crops" / "d.png"
    assert len(plate_sheets.failures(sheet_trials(), tmp_path, n=1)) == 1
    figure = drawn()
    plate_sheets.draw(figure, shown, columns=2)
    pictures = [axes.images[0].get_array() for axes in figure.axes[:3]]
    assert tuple(pictures[0][0, 0]) == (10, 20, 200)
    assert (pictures[1] == 230).all()  # a.png is nowhere: an empty field
    titles = [axes.get_title() for axes in figure.axes[:3]]
    assert "B00002" in titles[0] and "B00008" in titles[0] and "0.95" in titles[0]
    assert titles[2].split("\n")[1].startswith("-")


def test_without_a_font_for_them_chinese_characters_are_written_as_code_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plate_sheets, "_FAMILIES", ())
    monkeypatch.setattr(plate_sheets, "cache_dir", lambda: tmp_path)
    figure = drawn()
    plate_sheets.draw(figure, plate_sheets.failures(sheet_trials(), tmp_path, n=1))
    assert figure.axes[0].get_title() == "U+4EAC B00002\nU+4EAC B00008  0.95"
