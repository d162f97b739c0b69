"""The time that a report is about: whole days of the estate's own zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import PlainSerializer

from zhsq.errors import ZhsqError

#: China has one zone and no summer time.
OFFSET = "+08:00"
#: Days that a report looks back where none are named.
DAYS = 30
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")


#: A stored time: UTC without zone here, and with it where it is shown as JSON.
Moment = Annotated[
    datetime, PlainSerializer(lambda time: time.replace(tzinfo=UTC), return_type=datetime, when_used="json")
]


class BadPeriodError(ZhsqError):
    """What was asked for is no time that can be reported on."""

    code = "invalid-request"


@dataclass(frozen=True)
class Period:
    """From `start` until before `end`, both UTC without zone; `label` is for a file's name."""

    start: datetime
    end: datetime
    label: str
    zone: timezone

    def local(self, time: datetime) -> str:
        """A stored time as the clock on the estate's wall shows it, to the minute."""
        return time.replace(tzinfo=UTC).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    @property
    def shown(self) -> str:
        offset = self.start.replace(tzinfo=UTC).astimezone(self.zone).strftime("%z")
        return f"{self.local(self.start)} – {self.local(self.end)} (UTC{offset[:3]}:{offset[3:]})"


def period(
    now: datetime, *, month: str | None = None, first: str | None = None, last: str | None = None, offset: str = OFFSET
) -> Period:
    """A month, a range of days (both included), or the last 30 days; it never reaches beyond the present.

    Args:
        now: UTC, without zone.
        month: YYYY-MM.
        first: YYYY-MM-DD; 30 days up to `last` when not given.
        last: YYYY-MM-DD; up to the present when not given.
        offset: of the estate's clock from UTC, such as +08:00.

    Raises:
        BadPeriodError: not a month or a day, no time in it, or it has not begun.
    """
    zone = _zone(offset)
    try:
        start, end, label = _days(now.replace(tzinfo=UTC).astimezone(zone).date(), month, first, last)
        since, upto = _utc(start, zone), min(_utc(end, zone), now)
    except OverflowError as error:
        raise BadPeriodError("The period lies beyond the calendar.", "Give days of this century.") from error
    if since >= upto:
        raise BadPeriodError(f"The period begins on {start}, which has not come yet.", "Give one that has begun.")
    return Period(since, upto, label, zone)


def _days(today: date, month: str | None, first: str | None, last: str | None) -> tuple[date, date, str]:
    """The first day, the day after the last one, and the label."""
    if month is not None:
        if first or last:
            raise BadPeriodError("A month and days were given.", "Give --month, or --from and --to.")
        start = _day(f"{month}-01", "month")
        return start, (start + timedelta(days=32)).replace(day=1), month
    until = _day(last, "to") if last else today
    start = _day(first, "from") if first else until - timedelta(days=DAYS - 1)
    if start > until:
        raise BadPeriodError(f"The period ends on {until}, before {start}.", "Give --from before --to.")
    return start, until + timedelta(days=1), f"{start}_{until}"


def _day(text: str, what: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        form = "YYYY-MM" if what == "month" else "YYYY-MM-DD"
        shown = text.removesuffix("-01") if what == "month" else text
        raise BadPeriodError(
            f"{shown!r} is no {'month' if what == 'month' else 'day'}.", f"Write it as {form}."
        ) from error


def _zone(offset: str) -> timezone:
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise BadPeriodError(f"{offset!r} is no offset from UTC.", "Write it as +08:00.")
    delta = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-delta if found[1] == "-" else delta)


def _utc(day: date, zone: timezone) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
