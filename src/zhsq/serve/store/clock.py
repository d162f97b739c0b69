"""The present as the API takes it: it never goes back.

Were it to follow a clock that is set back, consents, keys and invitations that had run out would hold again, and windows
would have negative lengths. So it stands still until the machine's clock has caught up; the newest entry of the audit says, at
a start, what the time was before. A clock that had run ahead by mistake and was put right is accepted by
`zhsq db clock --accept`.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

log = logging.getLogger(__name__)
#: Seconds behind from which on it is said: less is a clock being disciplined.
WORTH_SAYING = 5.0


class _Clock:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = datetime.min
        self._said = False

    def now(self) -> datetime:
        wall = _wall()
        with self._lock:
            if wall >= self._newest:
                self._newest, self._said = wall, False
            elif not self._said and (self._newest - wall).total_seconds() > WORTH_SAYING:
                self._said = True
                log.critical("The machine's clock is behind the newest time seen by %s.", self._newest - wall)
            return self._newest

    def behind(self) -> float:
        with self._lock:
            return max(0.0, (self._newest - _wall()).total_seconds())

    def not_before(self, time: datetime) -> None:
        with self._lock:
            self._newest = max(self._newest, time)

    def accept(self) -> None:
        with self._lock:
            self._newest, self._said = _wall(), False


def _wall() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


_clock = _Clock()


def now() -> datetime:
    """The present, UTC, without zone, as stored; never before what was told earlier."""
    return _clock.now()


def behind() -> float:
    """Seconds that the machine's clock is behind the newest time seen; 0 when it is right."""
    return _clock.behind()


def not_before(time: datetime) -> None:
    """The present is not before this time, UTC without zone."""
    _clock.not_before(time)


def accept() -> None:
    """Take the machine's clock as right, also where it is behind."""
    _clock.accept()
