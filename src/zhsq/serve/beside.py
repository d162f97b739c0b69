"""Several pieces of a request's work at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")
#: Threads of one process; what finds none free waits, so that more of them would not make it quicker.
THREADS = 4


class Beside:
    """A few threads in which the request under way, its caller's estate and its trace are known as in its own.

    Nothing that is begun here may begin more of it and wait: with every thread waiting, nobody would work.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="zhsq-beside")

    def each(self, work: Callable[[U], T], items: Iterable[U]) -> list[T]:
        """The results of all items in their order; the first one's work is this thread's own.

        Raises:
            Exception: what the work raised for the first item that it failed for.
        """
        given = list(items)
        begun = [self._pool.submit(copy_context().run, work, item) for item in given[1:]]
        try:
            done = [work(item) for item in given[:1]]
        finally:  # nothing goes on behind a request that has failed
            wait(begun)
        return done + [each.result() for each in begun]

    def close(self) -> None:
        self._pool.shutdown()
