"""A piece of a request's work at the same time as the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

#: Threads of one process. What finds none free is done by the request's own thread, behind the rest.
THREADS = 4


class Beside:
    """A few threads in which the request under way, its caller's estate and its trace are known as in its own.

    Nothing that is done here may begin more of it and wait: with every thread waiting, nobody would work.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="zhsq-beside")

    @contextmanager
    def work(self, piece: Callable[[], object]) -> Iterator[None]:
        """Carry a piece of work out while the block runs. The end of the block waits for it, also behind an error: nothing
        goes on behind a request that has failed.

        Raises:
            Exception: what the piece raised, whatever the block did: without threads it would have come first.
        """
        begun = self._pool.submit(copy_context().run, piece)
        try:
            yield
        finally:
            if begun.cancel():  # no thread had the time
                piece()
            else:
                begun.result()

    def close(self) -> None:
        self._pool.shutdown()
