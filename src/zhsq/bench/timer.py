"""How long a part of a benchmark took: by the clock, and in processor time."""

from __future__ import annotations

import time
from types import TracebackType


class Timer:
    """Adds up what happens inside `with`.

    Attributes:
        seconds: by the clock.
        processor_seconds: of all threads of this process. Other work on the machine hardly changes it, unlike `seconds`.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.processor_seconds = 0.0

    def __enter__(self) -> Timer:
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds += time.perf_counter() - self._start[0]
        self.processor_seconds += time.process_time() - self._start[1]
