"""How long devices were up, from their signs of life: heartbeats, and every other event that they sent.

A device is up between two signs that are at most `gap_s` apart; in a longer silence it is taken as down from the last sign
to the next. A heartbeat 'offline' (of a supervisor, say) takes it down until the next other sign. It is observed from the
start of the period, if it was registered or heard of before, else from its first sign. A device that never sent a
heartbeat can't be told from one that had nothing to say, so its uptime is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.serve.reporting.period import Moment
from zhsq.serve.store.tables import Device, Event

#: As the packaged rule `device-silent` has it, seconds.
GAP_S = 600.0
#: Read at once: on SQLite a session keeps writers waiting.
SLICE = timedelta(days=1)
#: Gaps that are named per device, the longest first.
NAMED = 5
Sessions = Callable[[], AbstractContextManager[Session]]
Reason = Literal["silent", "offline"]
Unmeasured = Literal["", "never-heard", "no-heartbeat"]


class Gap(BaseModel):
    """A time in which a device was down."""

    start: Moment
    end: Moment
    seconds: float
    reason: Reason


class Uptime(BaseModel):
    """One device in a period."""

    device: str
    registered: bool
    kinds: list[str] = Field(description="types of events it sent in the period")
    signs: int = Field(description="events it sent in the period")
    last_heard: Moment | None
    observed_s: float | None
    up_s: float | None
    uptime: float | None = Field(description="up / observed; null where it is not measured")
    gaps: int
    longest: list[Gap]
    unmeasured: Unmeasured


_DEVICE, _STATE = Event.data["device"].as_string(), Event.data["state"].as_string()


class _Sign(NamedTuple):
    time: datetime
    offline: bool


@dataclass
class _Track:
    """What is known of a device while its events go by."""

    before: _Sign | None = None
    since: datetime | None = None
    registered: bool = False
    heartbeat: bool = False
    kinds: set[str] = field(default_factory=set)
    signs: int = 0
    last: _Sign | None = None
    gaps: list[Gap] = field(default_factory=list)

    def sign(self, sign: _Sign, start: datetime, gap: timedelta) -> None:
        if self.since is None:
            self.since = sign.time
        self._pass(sign.time, start, gap)
        self.last = sign
        self.signs += 1

    def finish(self, start: datetime, end: datetime, gap: timedelta) -> None:
        if self.since is not None:
            self._pass(end, start, gap)

    def _pass(self, until: datetime, start: datetime, gap: timedelta) -> None:
        """The time from the sign before to this one."""
        before = self.last or self.before
        since = max(start, before.time if before is not None else self.since or start)
        reason: Reason | None = None
        if before is not None and before.offline:
            reason = "offline"
        elif until - (before.time if before is not None else since) > gap:
            reason = "silent"
        if reason is None or until <= since:
            return
        newest = self.gaps[-1] if self.gaps else None
        if newest is not None and newest.reason == reason and newest.end == since:
            since = newest.start  # 'offline' said again
            self.gaps.pop()
        self.gaps.append(Gap(start=since, end=until, seconds=(until - since).total_seconds(), reason=reason))


def uptimes(sessions: Sessions, estate: str, start: datetime, end: datetime, gap_s: float = GAP_S) -> list[Uptime]:
    """Every device that is registered or was heard of, by name.

    Args:
        sessions: opens a session; a slice of time is read in each, so that a long report holds up nobody's writes.
        estate: its devices.
        start: UTC; events of before must still be there, or time without any counts as down.
        end: UTC, not included.
        gap_s: a longer silence is taken as down.
    """
    gap = timedelta(seconds=gap_s)
    tracks = _known(sessions, estate, start, end)
    for since, until in _slices(start, end):
        query = (
            select(_DEVICE, Event.type, _STATE, Event.time)
            .where(Event.estate_id == estate, Event.time >= since, Event.time < until)
            .order_by(Event.time, Event.id)
        )
        with sessions() as session:
            rows = session.execute(query).all()
        for name, kind, said, time in rows:
            track = tracks.setdefault(name, _Track())
            track.kinds.add(kind)
            track.heartbeat |= kind == "heartbeat"
            track.sign(_Sign(time, kind == "heartbeat" and said == "offline"), start, gap)
    return [_figures(name, track, start, end, gap) for name, track in sorted(tracks.items())]


def _slices(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        until = min(start + SLICE, end)
        yield start, until
        start = until


def _known(sessions: Sessions, estate: str, start: datetime, end: datetime) -> dict[str, _Track]:
    """Devices that are registered, or were heard of before the period, with their last sign before it."""
    with sessions() as session:
        rows = session.execute(select(Device.name, Device.created_at).where(Device.estate_id == estate))
        made = {name: created for name, created in rows if created < end}
        oldest = session.scalar(select(func.min(Event.time)).where(Event.estate_id == estate))
    heard: dict[str, _Sign] = {}
    alive: set[str] = set()
    for since, until in _slices(oldest or start, start):
        query = (
            select(_DEVICE, Event.type, _STATE, func.max(Event.time))
            .where(Event.estate_id == estate, Event.time >= since, Event.time < until)
            .group_by(_DEVICE, Event.type, _STATE)
        )
        with sessions() as session:
            found = session.execute(query).all()
        for name, kind, said, time in found:
            beat = kind == "heartbeat"
            sign = _Sign(time, beat and said == "offline")
            heard[name] = max(sign, heard.get(name, sign))
            if beat:
                alive.add(name)
    return {
        name: _Track(heard.get(name), start if name in heard else max(start, made[name]), name in made, name in alive)
        for name in heard.keys() | made.keys()
    }


def _figures(name: str, track: _Track, start: datetime, end: datetime, gap: timedelta) -> Uptime:
    heard = track.last or track.before
    why: Unmeasured = "" if track.heartbeat else ("never-heard" if heard is None else "no-heartbeat")
    if not why:
        track.finish(start, end, gap)
    observed = (end - (track.since or end)).total_seconds()
    up = observed - sum(each.seconds for each in track.gaps)
    measured = not why and observed > 0
    return Uptime(
        device=name,
        registered=track.registered,
        kinds=sorted(track.kinds),
        signs=track.signs,
        last_heard=heard.time if heard is not None else None,
        observed_s=observed if measured else None,
        up_s=up if measured else None,
        uptime=up / observed if measured else None,
        gaps=len(track.gaps) if measured else 0,
        longest=sorted(track.gaps, key=lambda each: -each.seconds)[:NAMED] if measured else [],
        unmeasured=why,
    )
