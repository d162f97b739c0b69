"""A piece of a request's work at the same time as the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

#: Threads of one process; what finds none free waits, so that more of them would not make it quicker.
THREADS = 4


class Beside:
    """A few threads in which the request under way, its caller's estate and its trace are known as in its own.

    Nothing that is done here may begin more of it and wait: with every thread waiting, nobody would work.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="zhsq-beside")

    @contextmanager
    def line(self, *steps: Callable[[], Any]) -> Iterator[list[Future[Any]]]:
        """Carry steps out, one after the other in one thread, while the block runs. Its end waits for them, also behind an
        error: nothing goes on behind a request that has failed.

        Yields:
            The result of each step. A step behind one that failed is left out, and its result is that failure.

        Raises:
            Exception: what failed, unless the block itself did.
        """
        results: list[Future[Any]] = [Future() for _ in steps]
        self._pool.submit(copy_context().run, _carry_out, steps, results)
        try:
            yield results
        finally:
            wait(results)
        for result in results:
            result.result()

    def close(self) -> None:
        self._pool.shutdown()


def _carry_out(steps: Sequence[Callable[[], Any]], results: Sequence[Future[Any]]) -> None:
    failure: BaseException | None = None
    for step, result in zip(steps, results, strict=True):
        try:
            if failure is None:
                result.set_result(step())
        except BaseException as error:
            failure = error
        if failure is not None:
            result.set_exception(failure)
