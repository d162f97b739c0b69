"""A chart as numbers in the units of its drawing; `chart.svg.j2` turns it into inline SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 440, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 46


@dataclass(frozen=True)
class Axis:
    """One axis: its label, its range, whether it is logarithmic, and its ticks (value, text)."""

    label: str
    low: float
    high: float
    log: bool = False
    ticks: tuple[tuple[float, str], ...] = ()

    def share(self, value: float) -> float:
        """Where a value lies, 0..1 of the axis, kept inside."""
        if self.log:
            value, low, high = (math.log10(max(v, 1e-12)) for v in (value, self.low, self.high))
        else:
            low, high = self.low, self.high
        return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5


def linear(label: str, low: float, high: float, *, percent: bool = False) -> Axis:
    """An axis with about five round ticks."""
    span = high - low or 1.0
    step = 10 ** math.floor(math.log10(span / 4))
    step *= next((m for m in (1, 2, 5, 10) if span / (step * m) <= 5), 10)
    start = math.ceil(low / step - 1e-9)
    ticks = [i * step for i in range(start, math.floor(high / step + 1e-9) + 1)]
    texts = [f"{100 * tick:.6g}" if percent else f"{tick:.6g}" for tick in ticks]
    return Axis(label, low, high, False, tuple(zip(ticks, texts, strict=True)))


def decades(label: str, low: float, high: float) -> Axis:
    """A logarithmic axis with a tick at each power of ten inside."""
    powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    return Axis(label, low, high, True, tuple((10.0**k, f"1e{k}" if k < -2 else f"{10.0**k:g}") for k in powers))


@dataclass(frozen=True)
class Line:
    """A curve under a run's letter; `band` has the lower and upper end at each x; `points` marks each point."""

    letter: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    band: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    step: bool = False
    points: bool = False

    @property
    def places(self) -> list[tuple[float, float]]:
        return list(zip(self.x.tolist(), self.y.tolist(), strict=True))


@dataclass(frozen=True)
class Chart:
    """A chart and the sentence that says what it shows to those who don't see it.

    Attributes:
        marks: vertical lines, each with its text. shades: stretches of x that are shaded.
        dots: single points (letter, x, y) such as operating points.
    """

    title: str
    words: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    marks: tuple[tuple[float, str], ...] = ()
    shades: tuple[tuple[float, float], ...] = ()
    dots: tuple[tuple[str, float, float], ...] = ()
    note: str = ""
    width: int = field(default=WIDTH, init=False)
    height: int = field(default=HEIGHT, init=False)

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """x, y, width and height of the plotted area."""
        return LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def px(self, value: float) -> float:
        x, _, width, _ = self.frame
        return round(x + width * self.x.share(value), 1)

    def py(self, value: float) -> float:
        _, y, _, height = self.frame
        return round(y + height * (1 - self.y.share(value)), 1)

    def path(self, line: Line) -> str:
        """The `d` of a curve."""
        x, y = (line.x, line.y)
        if line.step and len(x) > 1:
            x, y = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
        return "M" + "L".join(f"{self.px(a)},{self.py(b)}" for a, b in zip(x.tolist(), y.tolist(), strict=True))

    def area(self, line: Line) -> str:
        """The `d` of a curve's band; '' without one."""
        if line.band is None:
            return ""
        low, high = line.band
        there = [(a, b) for a, b in zip(line.x.tolist(), high.tolist(), strict=True)]
        back = [(a, b) for a, b in zip(line.x.tolist(), low.tolist(), strict=True)][::-1]
        return "M" + "L".join(f"{self.px(a)},{self.py(b)}" for a, b in there + back) + "Z"


@dataclass(frozen=True)
class Bars:
    """Intervals on one scale, drawn beside a row of figures: (letter, low, value, high) each.

    Attributes:
        zero: whether a line stands at 0, which is then inside the scale.
        scale: ends of the scale; None takes those of the rows.
    """

    rows: tuple[tuple[str, float, float, float], ...]
    zero: bool = False
    scale: tuple[float, float] | None = None
    width: int = field(default=150, init=False)

    @property
    def height(self) -> int:
        return 12 * len(self.rows) + 4

    def px(self, value: float) -> float:
        ends = self.scale or [end for _, low, _, high in self.rows for end in (low, high)]
        ends = [*ends, 0.0] if self.zero else ends
        axis = Axis("", min(ends), max(ends))
        return round(5 + (self.width - 10) * axis.share(value), 1)


def thinned(values: Sequence[float] | NDArray[np.float64], most: int = 700) -> NDArray[np.int64]:
    """Indices of at most about `most` entries, the ends among them: a page needs no more points than pixels."""
    n = len(values)
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64)) if n else np.zeros(0, np.int64)
