"""What training calls to say how far it is."""

from __future__ import annotations

from collections.abc import Callable

#: Called with what is done, all, and of what.
Progress = Callable[[int, int, str], None]
#: Called with a name, a value and a step.
Log = Callable[[str, float, int], None]
