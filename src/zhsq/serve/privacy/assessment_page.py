"""The export for an impact assessment as Markdown or HTML, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from zhsq.serve.privacy.assessment import Assessment, Record
from zhsq.serve.privacy.wording import Language, span, words

Format = Literal["html", "md"]
STYLE = (
    "body{font:1rem/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#1b1f24}table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}"
    "th,td{border:1px solid #6b7480;padding:.35rem .6rem;text-align:left;vertical-align:top}th{background:#eef3f8}"
)


@dataclass(frozen=True)
class _Heading:
    text: str
    level: int


@dataclass(frozen=True)
class _Lines:
    items: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True)
class _Rows:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_Part = _Heading | _Lines | _Rows


def page(shown: Assessment, form: Format, language: Language) -> str:
    """The export as a document that stands alone."""
    text = words("assessment")[language]
    parts = list(_parts(shown, text, language))
    if form == "md":
        return "\n\n".join(map(_markdown, parts)) + "\n"
    tag = "zh-CN" if language == "zh" else "en"
    body = "\n".join(map(_html, parts))
    return (
        f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(text["title"])}</title>'
        f"<style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _parts(shown: Assessment, text: dict[str, Any], language: Language) -> Iterable[_Part]:
    yield _Heading(text["title"], 1)
    yield _Lines((text["intro"], text["rules"]))
    yield _Rows((text["made"], text["version"]), ((shown.made_at, shown.version),))
    yield _Heading(text["counter"], 2)
    yield _Rows((text["stored"], text["threshold"]), ((str(shown.people_stored), str(shown.filing_threshold)),))
    yield _Lines((text["due"] if shown.filing_due else text["not_due"], text["counting"]))
    yield _Heading(text["estates"], 2)
    for estate in shown.estates:
        yield _Heading(f"{estate.name} ({estate.id})", 3)
        heads = ("stored", "holding", "to_erase", "children", "next_end", "receipts", "devices")
        values = (
            estate.people,
            estate.consent_holds,
            estate.to_erase,
            estate.by_guardian,
            (estate.next_consent_ends_at or "-")[:10],
            estate.receipts,
            f"{estate.devices} ({estate.devices_requiring_liveness} / {estate.devices_requiring_quality})",
        )
        yield _Rows(tuple(text[name] for name in heads), (tuple(map(str, values)),))
        if estate.purposes:
            rows = tuple((found.purpose, str(found.people)) for found in estate.purposes)
            yield _Rows((text["purposes"], text["people"]), rows)
    yield _Heading(text["processed"], 2)
    columns = tuple(text[name] for name in ("what", "why", "whose", "kept", "count", "guarded"))
    yield _Rows(columns, tuple(_record(found, text, language) for found in shown.records))
    yield _Heading(text["risks"], 2)
    yield _Rows(
        (text["risk"], text["measure"]), tuple((found["risk"], found["measure"]) for found in text["risk_list"])
    )
    yield _Heading(text["to_do"], 2)
    yield _Lines(tuple(text["to_do_list"]), listed=True)


def _record(found: Record, text: dict[str, Any], language: Language) -> tuple[str, ...]:
    about = text["records"][found.kind]
    if found.kind == "images":
        kept = text["never"]
    elif found.days_kept is None:
        kept = text["forever"]
    elif found.kind == "templates":
        kept = text["at_once"]
    else:
        kept = text["after"].format(span=span(found.days_kept, language))
    count = "-" if found.count is None else str(found.count)
    return about["what"], about["why"], about["whose"], kept, count, about["guarded"]


def _markdown(part: _Part) -> str:
    if isinstance(part, _Heading):
        return f"{'#' * part.level} {_plain(part.text)}"
    if isinstance(part, _Lines):
        return (
            "\n".join(f"- {_plain(item)}" for item in part.items)
            if part.listed
            else "\n\n".join(map(_plain, part.items))
        )
    lines: list[Sequence[str]] = [part.head, ["---"] * len(part.head), *part.rows]
    return "\n".join(f"| {' | '.join(_plain(cell) if cell != '---' else cell for cell in line)} |" for line in lines)


def _html(part: _Part) -> str:
    if isinstance(part, _Heading):
        return f"<h{part.level}>{escape(part.text)}</h{part.level}>"
    if isinstance(part, _Lines):
        if part.listed:
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in part.items)}</ul>"
        return "".join(f"<p>{escape(item)}</p>" for item in part.items)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in part.head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in part.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _plain(text: str) -> str:
    """Text that stays text in Markdown, within a table, too."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
