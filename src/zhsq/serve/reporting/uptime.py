"""How long devices were up, from their signs of life: heartbeats, and every other event that they sent.

A device is up between two signs that are at most `gap_s` apart; in a longer silence it is taken as down from the last sign
to the next. A heartbeat 'offline' (of a supervisor, say) takes it down until the next other sign. It is observed from the
start of the period, if it was registered or heard of before, else from its first sign. A device that never sent a
heartbeat can't be told from one that had nothing to say, so its uptime is not measured.
"""

from __future__ import annotations

from collections.abc import Iterator
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
#: Gaps that are named per device, the longest first.
NAMED = 5
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


def uptimes(session: Session, estate: str, start: datetime, end: datetime, gap_s: float = GAP_S) -> list[Uptime]:
    """Every device that is registered or was heard of, by name.

    Args:
        session: to read in.
        estate: its devices.
        start: UTC; events of before must still be there, or time without any counts as down.
        end: UTC, not included.
        gap_s: a longer silence is taken as down.
    """
    gap = timedelta(seconds=gap_s)
    tracks = dict(_known(session, estate, start, end))
    device, state = Event.data["device"].as_string(), Event.data["state"].as_string()
    query = (
        select(device, Event.type, state, Event.time)
        .where(Event.estate_id == estate, Event.time >= start, Event.time < end)
        .order_by(Event.time, Event.id)
        .execution_options(yield_per=5000)
    )
    for name, kind, said, time in session.execute(query):
        track = tracks.setdefault(name, _Track())
        track.kinds.add(kind)
        track.heartbeat |= kind == "heartbeat"
        track.sign(_Sign(time, kind == "heartbeat" and said == "offline"), start, gap)
    return [_figures(name, track, start, end, gap) for name, track in sorted(tracks.items())]


def _known(session: Session, estate: str, start: datetime, end: datetime) -> Iterator[tuple[str, _Track]]:
    """Devices that are registered, or were heard of before the period, with their last sign before it."""
    device, state = Event.data["device"].as_string(), Event.data["state"].as_string()
    earlier = (Event.estate_id == estate, Event.time < start)
    lasts = select(device, func.max(Event.time)).where(*earlier).group_by(device)
    heard = {name: _Sign(time, False) for name, time in session.execute(lasts)}
    beats = (
        select(device, state, func.max(Event.time)).where(*earlier, Event.type == "heartbeat").group_by(device, state)
    )
    alive: set[str] = set()
    for name, said, time in session.execute(beats):
        alive.add(name)
        if said == "offline" and time == heard[name].time:
            heard[name] = _Sign(time, True)
    rows = session.execute(select(Device.name, Device.created_at).where(Device.estate_id == estate))
    made = {name: created for name, created in rows if created < end}
    for name in heard.keys() | made.keys():
        since = start if name in heard else max(start, made[name])
        yield name, _Track(heard.get(name), since, name in made, name in alive)


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
