"""Work of a request that need not wait for its models: it goes on in other threads meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
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

    def begin(self, work: Callable[[], T]) -> Future[T]:
        """Begin; `result()` waits for the end, and raises what the work raised."""
        return self._pool.submit(copy_context().run, work)

    def each(self, work: Callable[[U], T], items: Iterable[U]) -> list[T]:
        """The results of all items in their order; the first one's work is this thread's own.

        Raises:
            Exception: what the work raised for the first item that it failed for.
        """
        given = list(items)
        begun = [self.begin(partial(work, item)) for item in given[1:]]
        try:
            done = [work(item) for item in given[:1]]
        finally:  # nothing goes on behind a request that has failed
            wait(begun)
        return done + [each.result() for each in begun]

    @contextmanager
    def meanwhile(self, work: Callable[[], object]) -> Iterator[None]:
        """Work beside the block, whose end waits for it.

        Raises:
            Exception: what the work raised, unless the block did.
        """
        begun = self.begin(work)
        try:
            yield
        finally:
            wait([begun])
        begun.result()

    def close(self) -> None:
        self._pool.shutdown()
