"""Times of the API: stored as UTC without zone, and said to be UTC when they are answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

from zhsq.serve.problems import ProblemError

#: A time as it is answered.
Utc = Annotated[datetime, AfterValidator(lambda time: time if time.tzinfo else time.replace(tzinfo=UTC))]


def utc(time: datetime) -> datetime:
    """As stored: UTC without zone; a time without zone is taken as UTC.

    Raises:
        ProblemError: its zone leads beyond the years 1 to 9999.
    """
    try:
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except OverflowError as error:
        raise ProblemError("invalid-request", "A time is beyond the years 1 to 9999.") from error
