"""Markdown out of recorded results: tables, figures with their interval, the command that made a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rate(figure: Json | None, digits: int = 4) -> str:
    """A figure and its interval; empty for one that was not measured."""
    if figure is None:
        return ""
    return f"{figure['value']:.{digits}f} ({figure['low']:.{digits}f} to {figure['high']:.{digits}f})"


def where(record: Json) -> str:
    """The command, and the machine."""
    hardware = record["hardware"]
    return f"`{record['command']}`, {hardware['cores']} cores of {hardware['cpu']}"
