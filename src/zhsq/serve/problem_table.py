"""The table of problem codes as Markdown, for docs/api.md."""

from __future__ import annotations

from zhsq.errors import ZhsqError
from zhsq.serve.problems import CATALOGUE

BEGIN, END = "<!-- problem codes, by `zhsq openapi --problems docs/api.md` -->", "<!-- end of problem codes -->"


def table() -> str:
    """A row per code, by status."""
    rows = sorted((status, code, title, chinese) for code, (status, title, chinese) in CATALOGUE.items())
    lines = [f"| {status} | `{code}` | {title} | {chinese} |" for status, code, title, chinese in rows]
    return "\n".join(["| status | code | title | 中文 |", "| --- | --- | --- | --- |", *lines])


def put_into(text: str) -> str:
    """A document with the table between its marks renewed.

    Raises:
        ZhsqError: the marks are not there.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ZhsqError("The document has no place for the table.", f"Put '{BEGIN}' and '{END}' into it.")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"
