"""One platform's interface: registration, keep-alive, time, and pushes, over HTTP with digest authentication.

RFC 2617 and RFC 7616 (MD5, SHA-256, qop auth) are httpx's: a nonce is used again with a rising count until the platform
asks for another.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx

from zhsq.serve.alerting.sending import NOT_NOW, Answer
from zhsq.serve.gat1400.records import (
    KeepaliveObject,
    Push,
    Record,
    RegisterObject,
    UnRegisterObject,
    read_time,
)

log = logging.getLogger(__name__)
MEDIA = "application/VIID+JSON;charset=UTF-8"
#: Between signs of life, and between looks at the platform's clock, seconds.
KEEPALIVE_S, TIME_S = 30.0, 3600.0
#: A difference of clocks that is worth a warning, seconds.
CLOCK_S = 60.0
#: ConfirmStatusType (1400.3): 0 OK, 2 busy, 3 device error, 4 invalid operation, 9 restarting; the others are our fault.
_OK, _LATER, _UNKNOWN_HERE = 0, frozenset({2, 3, 9}), 4
#: In words, where a password is not taken.
_LOCKED = "the platform does not take the user name or the password"


class Link:
    """Holds the registration of one target. Used by one thread.

    Args:
        url: of the platform, without path.
        device_id: of this system there.
        username: for digest authentication.
        password: the same.
        timeout_s: for an answer.
    """

    def __init__(self, url: str, device_id: str, username: str, password: str, timeout_s: float = 10) -> None:
        self._device_id = device_id
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            auth=httpx.DigestAuth(username, password),
            timeout=timeout_s,
            follow_redirects=False,
            headers={"User-Identify": device_id},
        )
        self._registered = False
        self._alive_at = self._timed_at = float("-inf")
        #: Seconds that the platform's clock is ahead of ours; None until it was asked.
        self.clock_offset_s: float | None = None

    def due(self) -> bool:
        """Whether `ready` has anything to ask."""
        moment = time.monotonic()
        return not self._registered or moment - self._alive_at >= KEEPALIVE_S or moment - self._timed_at >= TIME_S

    def ready(self, now: datetime) -> Answer:
        """Register, or say that we live, where that is due; 'delivered' means that pushes may go.

        Args:
            now: UTC, for the difference of clocks.
        """
        if not self._registered:
            answer = self._call("/VIID/System/Register", "RegisterObject", RegisterObject(DeviceID=self._device_id))
            if answer.verdict != "delivered":
                return answer
            self._registered, self._alive_at = True, time.monotonic()
        elif time.monotonic() - self._alive_at >= KEEPALIVE_S:
            alive = KeepaliveObject(DeviceID=self._device_id)
            answer = self._call("/VIID/System/Keepalive", "KeepaliveObject", alive)
            if answer.verdict != "delivered":
                # It does not know us any more, or is down: once it is back, we register anew.
                self._registered = False
                return Answer("not-now", answer.told, answer.rest_s)
            self._alive_at = time.monotonic()
        if time.monotonic() - self._timed_at >= TIME_S:
            self._ask_time(now)
        return Answer("delivered", "registered")

    def push(self, record: Push) -> Answer:
        """Send one record. It may have been sent before: its identifier is the same then."""
        answer = self._post(record.path, record.model_dump(mode="json"))
        if answer.verdict == "not-now":
            self._registered = False  # who answers next may be a platform that was restarted
        else:
            self._alive_at = time.monotonic()
        return answer

    def close(self) -> None:
        """Say good-bye, if we were known; the platform may be gone already."""
        if self._registered:
            bye = UnRegisterObject(DeviceID=self._device_id)
            self._call("/VIID/System/UnRegister", "UnRegisterObject", bye)
            self._registered = False
        self._client.close()

    def _call(self, path: str, name: str, record: Record) -> Answer:
        return self._post(path, {name: record.model_dump(mode="json")})

    def _post(self, path: str, body: dict[str, Any]) -> Answer:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            reply = self._client.post(path, content=text, headers={"content-type": MEDIA})
        except httpx.HTTPError as error:
            return Answer("not-now", f"{type(error).__name__}: {error}"[:300])
        return _read(reply)

    def _ask_time(self, now: datetime) -> None:
        """Compare clocks. Ours is the system's, which NTP keeps: it is not set from here, the difference is told."""
        self._timed_at = time.monotonic()
        try:
            reply = self._client.get("/VIID/System/Time")
            text = str(reply.json()["SystemTimeObject"]["LocalTime"]) if reply.is_success else ""
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return
        theirs = read_time(text)
        if theirs is None:
            return
        self.clock_offset_s = (theirs - now).total_seconds()
        if abs(self.clock_offset_s) > CLOCK_S:
            log.warning("The platform's clock is %+.0f s from ours: let both follow NTP.", self.clock_offset_s)


def _read(reply: httpx.Response) -> Answer:
    told = f"HTTP {reply.status_code}"
    if reply.status_code == 401:
        return Answer("not-now", f"{told}: {_LOCKED}")
    if reply.status_code == 403 or reply.status_code in NOT_NOW:
        asked = reply.headers.get("retry-after", "")
        return Answer("not-now", told, min(float(asked), 3600.0) if asked.isdigit() else None)
    if not reply.is_success:
        return Answer("refused", told)
    try:
        codes = list(_codes(reply.json()))
    except ValueError:
        codes = []
    if not codes:
        return Answer("refused", f"{told} without a ResponseStatus")
    bad = next(((code, words) for code, words in codes if code != _OK), None)
    if bad is None:
        return Answer("delivered", told)
    told = f"{told}, StatusCode {bad[0]} {bad[1]}"[:300]
    return Answer("not-now" if bad[0] in _LATER or bad[0] == _UNKNOWN_HERE else "refused", told)


def _codes(body: Any) -> Iterator[tuple[int, str]]:
    """Status codes with their words, of a ResponseStatusObject or a list of them."""
    if not isinstance(body, dict):
        return
    listed = body.get("ResponseStatusListObject")
    found = listed.get("ResponseStatusObject") if isinstance(listed, dict) else body.get("ResponseStatusObject")
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and str(one.get("StatusCode", "")).isdigit():
            yield int(one["StatusCode"]), str(one.get("StatusString", ""))
