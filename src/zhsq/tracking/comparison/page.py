"""The page of a comparison: one HTML file that holds all it shows and loads nothing."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhsq import __version__
from zhsq.errors import MissingExtraError
from zhsq.tracking.comparison.chart import Bars
from zhsq.tracking.comparison.context import PARAMETER
from zhsq.tracking.comparison.curves import charts
from zhsq.tracking.comparison.difference import Difference
from zhsq.tracking.comparison.items import unequal_items
from zhsq.tracking.comparison.result import Against, Comparison
from zhsq.tracking.comparison.trials import SMALLEST
from zhsq.tracking.comparison.words import findings, limits, p_words, signed

TEMPLATES = Path(__file__).parent / "templates"
#: A run's line is told by its dash as well as by its colour.
DASHES = {"A": "none", "B": "7 3", "C": "2 3", "D": "9 3 2 3", "E": "4 2", "F": "12 4"}
#: Slices shown of each run: the worst; those beyond are no worse.
_SLICES = 16


def environment(*folders: Path) -> Any:
    """A jinja2 environment over the page's templates and those in `folders`; everything is escaped.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("track", "Writing pages") from error
    found = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.globals.update(dashes=DASHES, zip=zip, signed=signed, p_words=p_words)
    return found


@dataclass(frozen=True)
class _Row:
    """A line of a table of differences: of a metric (name '') or of a slice."""

    name: str
    difference: Difference
    first: str
    second: str

    @property
    def metric(self) -> str:
        return self.difference.metric

    @property
    def letters(self) -> str:
        return f"{self.second} − {self.first}"

    @property
    def bars(self) -> Bars:
        e = self.difference.estimate
        return Bars(((self.second, e.low, e.value, e.high),), zero=True)

    @property
    def verdict(self) -> str:
        if self.difference.winner is None:
            return "nothing shown"
        return f"{self.second} is {'better' if self.difference.winner == 'second' else 'worse'}"


def page(comparison: Comparison, *, show_faces: bool = False) -> str:
    """The whole page. People in pictures are hidden and not named unless `show_faces`."""
    sides, first = comparison.sides, comparison.first
    report = first.run.report
    differing = [setting for setting in comparison.settings if setting.differs]
    return str(
        environment()
        .get_template("comparison.html.j2")
        .render(
            title=f"{report.task} on {report.data.name}: {' and '.join(s.run.report.model.name for s in sides)}",
            report=report,
            sides=sides,
            findings=findings(comparison),
            limits=limits(comparison),
            difference_rows=[row for item in comparison.against for row in _rows(comparison, item)],
            figure_rows=_figures(comparison),
            charts=charts(sides),
            slice_groups=[_slices(comparison, item) for item in comparison.against],
            slice_count=sum(len(item.slices) for item in comparison.against),
            smallest=SMALLEST,
            items=unequal_items(comparison, show_faces=show_faces),
            hides=not show_faces and report.task != "plate-reading",
            differing=[setting for setting in differing if setting.part != PARAMETER],
            parameters=[setting for setting in differing if setting.part == PARAMETER],
            equal=[setting for setting in comparison.settings if not setting.differs],
            notes=_notes(comparison),
            version=__version__,
            command=" ".join(["zhsq", *sys.argv[1:]]) if Path(sys.argv[0]).name == "zhsq" else "zhsq compare",
            resamples=comparison.resamples,
            seed=comparison.seed,
        )
    )


def _rows(comparison: Comparison, item: Against) -> list[_Row]:
    return [_Row("", found, comparison.first.letter, item.side.letter) for found in item.differences]


def _slices(comparison: Comparison, item: Against) -> dict[str, Any]:
    rows = [_Row(s.name, s.difference, comparison.first.letter, item.side.letter) for s in item.slices]
    return {"letter": item.side.letter, "rows": rows[:_SLICES], "more": max(0, len(rows) - _SLICES)}


def _figures(comparison: Comparison) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for side in comparison.sides for name in side.run.report.metrics)
    rows = []
    for name in names:
        figures = [side.run.report.metrics.get(name) for side in comparison.sides]
        drawn = tuple(
            (side.letter, figure.low, figure.value, figure.high)
            for side, figure in zip(comparison.sides, figures, strict=True)
            if figure is not None
        )
        rows.append({"metric": name, "figures": figures, "bars": Bars(drawn)})
    return rows


def _notes(comparison: Comparison) -> list[tuple[str, str]]:
    """Every note of the reports once, with the letters of the runs that have it."""
    found: dict[str, list[str]] = {}
    for side in comparison.sides:
        for note in dict.fromkeys(side.run.report.notes):
            found.setdefault(note, []).append(side.letter)
    return [(", ".join(letters), note) for note, letters in found.items()]
