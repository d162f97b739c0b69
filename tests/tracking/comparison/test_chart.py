"""Charts in the units of their drawing, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.tracking.comparison.chart import Axis, Bars, Chart, Line, decades, linear, thinned


def test_an_axis_places_values_and_keeps_them_inside() -> None:
    assert [Axis("", 0, 10).share(v) for v in (0, 5, 12)] == [0, 0.5, 1]
    log = decades("", 1e-4, 1)
    assert log.share(1e-2) == pytest.approx(0.5) and log.share(0) == 0
    assert [text for _, text in log.ticks] == ["1e-4", "1e-3", "0.01", "0.1", "1"]
    assert [text for _, text in linear("", 0, 0.3, percent=True).ticks] == ["0", "10", "20", "30"]


def test_a_step_holds_its_value_until_the_next_point() -> None:
    line = Line("A", np.array([0.0, 1.0]), np.array([1.0, 0.0]), step=True)
    chart = Chart("", "", Axis("", 0, 1), Axis("", 0, 1), (line,))
    left, top, width, height = chart.frame
    right, bottom = left + width, top + height
    assert chart.path(line) == f"M{left:.1f},{top:.1f}L{right:.1f},{top:.1f}L{right:.1f},{bottom:.1f}"


def test_bars_share_a_scale_that_holds_zero_where_it_is_drawn() -> None:
    bars = Bars((("B", 0.1, 0.2, 0.3),), zero=True)
    assert bars.px(0) == 5 and bars.px(0.3) == bars.width - 5
    assert Bars((("B", 0.2, 0.2, 0.2),)).px(0.2) == bars.width / 2  # one value has no scale


def test_a_long_line_is_thinned_with_its_ends() -> None:
    kept = thinned(np.arange(10_000), most=100)
    assert len(kept) == 100 and (kept[0], kept[-1]) == (0, 9_999)
    assert thinned([1.0, 2.0]).tolist() == [0, 1] and len(thinned([])) == 0
