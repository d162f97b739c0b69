"""Several things worked on together, each of which may fail by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from zhsq.errors import ZhsqError

T = TypeVar("T")
U = TypeVar("U")


def each(items: Sequence[T | ZhsqError], work: Callable[[list[T]], Sequence[U | ZhsqError]]) -> list[U | ZhsqError]:
    """Work on all items that have not failed, together; those that have stay in their places.

    Args:
        items: things, or what was wrong with them.
        work: one result, or what was wrong, per thing that it is given; it is not called for none.
    """
    sound = [item for item in items if not isinstance(item, ZhsqError)]
    done = iter(work(sound) if sound else ())
    return [item if isinstance(item, ZhsqError) else next(done) for item in items]


def paired(firsts: Sequence[T | ZhsqError], seconds: Sequence[U | ZhsqError]) -> list[tuple[T, U] | ZhsqError]:
    """Things by twos; what was wrong with the first of two comes before what was wrong with the second."""
    found: list[tuple[T, U] | ZhsqError] = []
    for one, two in zip(firsts, seconds, strict=True):
        if isinstance(one, ZhsqError):
            found.append(one)
        elif isinstance(two, ZhsqError):
            found.append(two)
        else:
            found.append((one, two))
    return found


def only(results: Sequence[T | ZhsqError]) -> T:
    """The result of one thing alone.

    Raises:
        ZhsqError: it failed.
    """
    [result] = results
    if isinstance(result, ZhsqError):
        raise result
    return result
