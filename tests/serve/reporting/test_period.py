"""Tests for the time that a report is about."""

from __future__ import annotations

from datetime import datetime

import pytest

from zhsq.serve.reporting.period import BadPeriodError, period

NOW = datetime(2026, 11, 26, 17, 30)  # UTC: already the 27th in China


def test_a_month_is_whole_days_of_the_estate_s_clock() -> None:
    found = period(NOW, month="2026-10")
    assert (found.start, found.end) == (datetime(2026, 9, 30, 16), datetime(2026, 10, 31, 16))
    assert found.local(datetime(2026, 10, 1)) == "2026-10-01 08:00"


def test_without_a_time_it_is_thirty_days_up_to_the_present() -> None:
    found = period(NOW)
    assert (found.start, found.end) == (datetime(2026, 10, 28, 16), NOW)
    assert found.label == "2026-10-29_2026-11-27"


def test_days_are_both_included_and_december_ends() -> None:
    found = period(NOW, first="2026-11-01", last="2026-11-02", offset="-03:30")
    assert (found.start, found.end) == (datetime(2026, 11, 1, 3, 30), datetime(2026, 11, 3, 3, 30))
    assert period(datetime(2027, 2, 1), month="2026-12").end == datetime(2026, 12, 31, 16)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"month": "2026-13"}, "2026-13.*no month"),
        ({"first": "yesterday"}, "yesterday.*YYYY-MM-DD"),
        ({"first": "2026-11-05", "last": "2026-11-01"}, "before 2026-11-05"),
        ({"month": "2027-01"}, "not come yet"),
        ({"month": "2026-10", "last": "2026-10-02"}, "a month and days"),
        ({"month": "0001-01"}, "beyond the calendar"),
        ({"month": "9999-12"}, "beyond the calendar"),
        ({"first": "2026-01-01", "last": "9999-12-31"}, "beyond the calendar"),
        ({"offset": "Beijing"}, "Write it as"),
    ],
)
def test_what_is_no_time_is_refused_in_words(asked: dict[str, str], told: str) -> None:
    with pytest.raises(BadPeriodError, match=f"(?i){told}"):
        period(NOW, **asked)
