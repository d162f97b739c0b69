"""A report as a page that stands alone, Chinese first with English beside it, and as tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Literal

import yaml

from zhsq.serve.reporting.handling import Share


@dataclass(frozen=True)
class Bi:
    """The same in both languages."""

    zh: str
    en: str


Kind = Literal["text", "code", "number", "seconds", "share", "ratio", "verdict"]
Cell = str | int | float | Bi | Share | None
#: Excel takes the text as Chinese only with this in front.
BOM = "\ufeff"
#: Text that begins so would be run as a formula by a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: How a verdict is told, and marked for those who can't see colours.
VERDICTS: dict[str, tuple[Bi, str]] = {
    "met": (Bi("符合", "met"), "✓"),
    "not-met": (Bi("不符合", "not met"), "✗"),
    "not-measured": (Bi("未测", "not measured"), "—"),
}


@dataclass(frozen=True)
class Column:
    """`page` is False for what only the file has."""

    title: Bi
    kind: Kind = "text"
    page: bool = True


@dataclass(frozen=True)
class Table:
    """`name` is that of its CSV file; `shown` says how many rows the page has, the file has all. On the page, rows that
    follow each other with one value in the column `group` stand under it."""

    name: str
    title: Bi
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: Bi
    note: Bi | None = None
    shown: int = 1000
    group: int | None = None
    #: Whether it has a file, too; a form to sign has none.
    file: bool = True


@dataclass(frozen=True)
class Tile:
    """One figure that is seen first."""

    title: Bi
    value: str
    detail: Bi
    tone: Literal["", "good", "bad", "quiet"] = ""


@dataclass(frozen=True)
class Tiles:
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Heading:
    text: Bi


@dataclass(frozen=True)
class Notes:
    title: Bi
    items: Sequence[Bi]


Part = Table | Tiles | Heading | Notes


@dataclass
class Document:
    title: Bi
    facts: Sequence[tuple[Bi, str]]
    parts: list[Part] = field(default_factory=list)
    banner: Bi | None = None

    @property
    def tables(self) -> list[Table]:
        """Those that have a file."""
        return [part for part in self.parts if isinstance(part, Table) and part.file]


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((files("zhsq.serve.reporting") / "words.yaml").read_text("utf-8"))
    return found


def say(key: str, **fill: object) -> Bi:
    """Words of `words.yaml` in both languages."""
    zh, en = _words()[key]
    return Bi(zh.format(**fill), en.format(**fill))


def named(group: str, name: str) -> Bi | str:
    """A name that has words (`kind.fire`) in both languages; else as it is."""
    found = _words().get(f"{group}.{name}")
    return Bi(*found) if found else name


def span(seconds: float | None) -> str:
    """Seconds as people write them; a dash for None."""
    if seconds is None or math.isnan(seconds):
        return "–"
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"


def percent(share: Share) -> str:
    """A share with its interval, or a dash."""
    if share.value is None:
        return "–"
    return f"{share.value:.1%} ({share.low:.0%}–{share.high:.0%})"


def csv_text(table: Table) -> str:
    """A table for a spreadsheet: UTF-8 with a byte order mark, numbers plain, a share in five columns, no formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_guarded(title) for column in table.columns for title in _titles(column))
    for row in table.rows:
        writer.writerow(
            _guarded(value)
            for cell, column in zip(row, table.columns, strict=True)
            for value in _values(cell, column.kind)
        )
    return BOM + out.getvalue()


def _titles(column: Column) -> list[str]:
    title = f"{column.title.zh} {column.title.en}".strip()
    if column.kind == "share":
        return [title, *(f"{title} {part}" for part in ("n", "N", "95% low", "95% high"))]
    return [f"{title} (s)" if column.kind == "seconds" else title]


def _values(cell: Cell, kind: Kind) -> list[str | int | float]:
    if kind == "share":
        if not isinstance(cell, Share):
            return [""] * 5
        if cell.value is None:
            return ["", cell.count, cell.of, "", ""]
        return [round(cell.value, 4), cell.count, cell.of, round(cell.low, 4), round(cell.high, 4)]
    if kind == "verdict":
        told = VERDICTS[str(cell)][0]
        return [f"{told.zh} {told.en}"]
    if isinstance(cell, Bi):
        return [cell.zh if cell.zh == cell.en else f"{cell.zh} {cell.en}"]
    if isinstance(cell, float):
        return [round(cell, 4)]
    return ["" if cell is None or isinstance(cell, Share) else cell]


def _guarded(value: str | int | float) -> str | int | float:
    """Text that a spreadsheet would take for a formula, made text."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def html(shown: Document) -> str:
    """The page: no script, nothing from elsewhere, to be printed on A4."""
    style = (files("zhsq.serve.reporting") / "report.css").read_text("utf-8")
    facts = "".join(f"<div><dt>{_both(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in shown.facts)
    banner = f'<p class="banner" role="note">{_both(shown.banner)}</p>' if shown.banner else ""
    body = "\n".join(map(_part, shown.parts))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(shown.title.zh)} {escape(shown.title.en)}</title><style>{style}</style></head><body>\n"
        f'{banner}<header><h1>{_both(shown.title)}</h1><dl class="facts">{facts}</dl></header>\n'
        f"<main>\n{body}\n</main></body></html>\n"
    )


def _both(text: Bi) -> str:
    if text.zh == text.en:
        return escape(text.zh)
    return f'{escape(text.zh)} <span class="en" lang="en">{escape(text.en)}</span>'


def _part(part: Part) -> str:
    if isinstance(part, Heading):
        return f"<h2>{_both(part.text)}</h2>"
    if isinstance(part, Tiles):
        return f'<div class="tiles">{"".join(map(_tile, part.tiles))}</div>'
    if isinstance(part, Notes):
        items = "".join(f"<li>{_both(item)}</li>" for item in part.items)
        return f'<section class="notes"><h3>{_both(part.title)}</h3><ul>{items}</ul></section>'
    return _table(part)


def _tile(tile: Tile) -> str:
    return (
        f'<div class="tile {tile.tone}"><span class="name">{_both(tile.title)}</span>'
        f"<strong>{escape(tile.value)}</strong><small>{_both(tile.detail)}</small></div>"
    )


def _table(table: Table) -> str:
    note = f'<p class="note">{_both(table.note)}</p>' if table.note else ""
    title = f"<h3>{_both(table.title)}</h3>{note}"
    if not table.rows:
        return f'<section>{title}<p class="empty">{_both(table.empty)}</p></section>'
    places = [place for place, column in enumerate(table.columns) if column.page and place != table.group]
    columns = [table.columns[place] for place in places]
    head = "".join(f'<th scope="col" class="{column.kind}">{_both(column.title)}</th>' for column in columns)
    rows = "".join(_rows(table, places))
    left = len(table.rows) - table.shown
    more = f'<p class="note">{_both(say("more", n=left, file=f"{table.name}.csv"))}</p>' if left > 0 else ""
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<section class="{table.name}">{title}<div class="wide">{body}</div>{more}</section>'


def _rows(table: Table, places: Sequence[int]) -> Iterator[str]:
    under: Cell = None
    for row in table.rows[: table.shown]:
        if table.group is not None and row[table.group] != under:
            under = row[table.group]
            yield f'<tr class="group"><th colspan="{len(places)}" scope="colgroup">{_cell(under, "text")}</th></tr>'
        yield f"<tr>{''.join(_td(row[place], table.columns[place].kind) for place in places)}</tr>"


def _td(cell: Cell, kind: Kind) -> str:
    return f'<td class="{kind}">{_cell(cell, kind)}</td>'


def _cell(cell: Cell, kind: Kind) -> str:
    if kind == "verdict":
        told, sign = VERDICTS[str(cell)]
        return f'<span class="verdict {cell}"><b aria-hidden="true">{sign}</b> {_both(told)}</span>'
    if isinstance(cell, Share):
        if cell.value is None:
            return '<span class="quiet">–</span>'
        bar = f'<i class="bar" style="--v:{cell.value:.4f};--l:{cell.low:.4f};--h:{cell.high:.4f}" aria-hidden="true"></i>'
        return f"{cell.value:.1%} <small>{cell.count}/{cell.of} · {cell.low:.0%}–{cell.high:.0%}</small>{bar}"
    if isinstance(cell, Bi):
        return _both(cell)
    if cell is None:
        return '<span class="quiet">–</span>'
    if kind == "seconds":
        return escape(span(float(cell)))
    if kind == "ratio":
        return f"{float(cell):.2%}"
    return escape(f"{cell:,}" if isinstance(cell, int) else str(cell))
