"""Several things worked on together: what failed stays in its place and is worked on no more."""

from __future__ import annotations

import pytest

from zhsq.errors import ZhsqError
from zhsq.serve.each import each, only, paired

BAD, WORSE = ZhsqError("bad"), ZhsqError("worse")


def test_what_is_sound_is_worked_on_together_and_errors_keep_their_places() -> None:
    seen: list[list[int]] = []

    def work(items: list[int]) -> list[int | ZhsqError]:
        seen.append(items)
        return [WORSE if item == 3 else item * 10 for item in items]

    assert each([1, BAD, 2, 3], work) == [10, BAD, 20, WORSE]
    assert seen == [[1, 2, 3]]
    assert each([BAD], work) == [BAD] and each([], work) == [] and len(seen) == 1, "it is not called for nothing"


def test_of_a_pair_the_first_error_is_told() -> None:
    assert paired([1, BAD, 3, BAD], ["a", "b", WORSE, WORSE]) == [(1, "a"), BAD, WORSE, BAD]


def test_one_thing_alone_is_given_or_raises() -> None:
    assert only([7]) == 7
    with pytest.raises(ZhsqError, match="bad"):
        only([BAD])
