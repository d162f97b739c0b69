"""Where time goes, as spans of a trace. Nothing is done, and no library is needed, until someone installs a tracer.

A span's name and attributes are written in the code, or counts: never a path, a name, a plate, an identifier of a person, an
address, or an error's words.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Attribute = str | int | float | bool


class Tracer(Protocol):
    """What traces go to."""

    def part(self, name: str, attributes: dict[str, Attribute]) -> AbstractContextManager[object]:
        """A span of the request under way; nothing outside of one."""


_NOTHING: AbstractContextManager[object] = nullcontext()


class _Installed:
    tracer: Tracer | None = None


def install(tracer: Tracer | None) -> None:
    """Have spans of this process go there; None ends it."""
    _Installed.tracer = tracer


def span(name: str, **attributes: Attribute) -> AbstractContextManager[object]:
    """Measure a block as a part of the request under way."""
    return _NOTHING if _Installed.tracer is None else _Installed.tracer.part(name, attributes)
