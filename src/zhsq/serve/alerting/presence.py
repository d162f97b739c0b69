"""What was last heard of each device, kept beside the journal so that asking for it costs the same however long the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.store.tables import DeviceState

#: A device whose state stays is written again after so much of its own time: not every event costs a write.
NOTED = timedelta(seconds=15)
#: Devices kept in mind; beyond it all are forgotten, and written once more than needed.
MOST = 100_000


@dataclass(frozen=True)
class Heard:
    """The newest that events told of a device."""

    last_at: datetime
    zone: str = ""
    kind: str = ""
    heartbeat_at: datetime | None = None
    state: str = ""
    battery_pct: float | None = None

    def and_then(self, event: Incoming) -> Heard:
        """With one more event, which may be older than what is known."""
        newer = event.time >= self.last_at
        known = replace(self, last_at=max(self.last_at, event.time))
        if newer and event.data.get("zone"):
            known = replace(known, zone=event.data["zone"])
        if event.type != "heartbeat":
            return replace(known, kind=event.type) if newer or not self.kind else known
        if self.heartbeat_at is not None and event.time < self.heartbeat_at:
            return known
        battery = event.data.get("battery_pct", self.battery_pct)
        return replace(known, heartbeat_at=event.time, state=event.data.get("state", "online"), battery_pct=battery)

    def tells_more(self, noted: Heard | None) -> bool:
        """Whether it is worth a write, after `noted` was written."""
        if noted is None or self.last_at - noted.last_at >= NOTED:
            return True
        return (self.zone, self.kind, self.state, self.battery_pct) != (
            noted.zone,
            noted.kind,
            noted.state,
            noted.battery_pct,
        )


def let_go(session: Session, before: datetime) -> int:
    """Forget devices that were last heard of before a time; returns how many."""
    gone = session.execute(delete(DeviceState).where(DeviceState.last_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


class Presence:
    """Notes devices as events come. Used by one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Heard] = {}
        self._noted: dict[tuple[str, str], Heard] = {}

    def forget(self) -> None:
        """After a transaction that failed."""
        self._known.clear()
        self._noted.clear()

    def note(self, session: Session, events: Iterable[Incoming]) -> None:
        """Take events that were stored just now, in the same transaction."""
        touched = set()
        for event in events:
            key = (event.estate, event.data["device"])
            self._known[key] = self._known.get(key, Heard(datetime.min)).and_then(event)
            touched.add(key)
        # In one order whoever writes: two processes that touch the same devices don't wait for each other in a ring.
        fresh = [key for key in sorted(touched) if self._known[key].tells_more(self._noted.get(key))]
        if not fresh:
            return
        self._write(session, [(key, self._known[key]) for key in fresh])
        self._noted.update((key, self._known[key]) for key in fresh)
        if len(self._known) > MOST:
            self.forget()

    def _write(self, session: Session, heard: list[tuple[tuple[str, str], Heard]]) -> None:
        rows = [{"estate_id": estate, "device": device, **vars(one)} for (estate, device), one in heard]
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        made: Any = dialect.insert(DeviceState)
        new, old = made.excluded, DeviceState
        # Another process, or this one before a restart, may have heard something newer.
        beats = new.heartbeat_at.is_not(None) & or_(old.heartbeat_at.is_(None), new.heartbeat_at >= old.heartbeat_at)
        later = new.last_at >= old.last_at
        session.execute(
            made.on_conflict_do_update(
                index_elements=["estate_id", "device"],
                set_={
                    "last_at": case((later, new.last_at), else_=old.last_at),
                    "zone": case((later & (new.zone != ""), new.zone), else_=old.zone),
                    "kind": case((later & (new.kind != ""), new.kind), else_=old.kind),
                    "heartbeat_at": case((beats, new.heartbeat_at), else_=old.heartbeat_at),
                    "state": case((beats, new.state), else_=old.state),
                    "battery_pct": case(
                        (beats, func.coalesce(new.battery_pct, old.battery_pct)), else_=old.battery_pct
                    ),
                },
            ),
            rows,
        )
