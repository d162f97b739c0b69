"""Work that somebody does when there is time for it, at the latest when its result is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Call it for the result: the first call does the work, others wait for that and get the same.

    A request hands some to the models' threads (`FacePipeline.embed`), which do them where they would wait.

    Args:
        work: done once; what it raises is raised by each call.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work, self._lock = work, threading.Lock()
        self._done = False
        self._result: T
        self._error: BaseException | None = None

    def __call__(self) -> T:
        with self._lock:
            if not self._done:
                try:
                    self._result = self._work()
                except BaseException as error:
                    self._error = error
                self._done = True
        if self._error is not None:
            raise self._error
        return self._result
