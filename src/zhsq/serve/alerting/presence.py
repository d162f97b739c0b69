"""What was last heard of each device, kept beside the journal so that asking for it costs the same however long the history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from zhsq.serve.alerting.events.envelope import Incoming
from zhsq.serve.store import bulk
from zhsq.serve.store.tables import DeviceState

#: A device whose state stays is written again after so much of its own time: not every event costs a write.
NOTED = timedelta(seconds=15)
#: Devices kept in mind; beyond it all are forgotten, and written once more than needed.
MOST = 100_000


#: Another process, or this one before a restart, may have noted something newer.
_LATER = "excluded.last_at >= device_states.last_at"
_BEATS = (
    "excluded.heartbeat_at IS NOT NULL"
    " AND (device_states.heartbeat_at IS NULL OR excluded.heartbeat_at >= device_states.heartbeat_at)"
)


def _newer(name: str, when: str, new: str = "") -> tuple[str, str]:
    return name, f"CASE WHEN {when} THEN {new or f'excluded.{name}'} ELSE device_states.{name} END"


_MERGED = (
    _newer("last_at", _LATER),
    _newer("zone", f"{_LATER} AND excluded.zone <> ''"),
    _newer("kind", f"{_LATER} AND excluded.kind <> ''"),
    _newer("heartbeat_at", _BEATS),
    _newer("state", _BEATS),
    _newer("battery_pct", _BEATS, "COALESCE(excluded.battery_pct, device_states.battery_pct)"),
)


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
        last_at = event.time if newer else self.last_at
        zone = (newer and event.data.get("zone")) or self.zone
        kind, beat = self.kind, (self.heartbeat_at, self.state, self.battery_pct)
        if event.type != "heartbeat":
            kind = event.type if newer or not kind else kind
        elif self.heartbeat_at is None or event.time >= self.heartbeat_at:
            state, battery = event.data.get("state", "online"), event.data.get("battery_pct", self.battery_pct)
            beat = (event.time, state, battery)
        return Heard(last_at, zone, kind, *beat)

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


def said_offline(row: DeviceState) -> bool:
    """Whether the last that was heard of a device is that it is offline."""
    return row.state == "offline" and row.heartbeat_at is not None and row.heartbeat_at >= row.last_at


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

    def keep(self, estates: Collection[str]) -> None:
        """Forget the devices of other estates: another process notes them now."""
        for heard in (self._known, self._noted):
            for key in [key for key in heard if key[0] not in estates]:
                del heard[key]

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
        rows = [{"estate_id": key[0], "device": key[1], **vars(self._known[key])} for key in fresh]
        bulk.insert(session, DeviceState, rows, merge=_MERGED)
        self._noted.update((key, self._known[key]) for key in fresh)
        if len(self._known) > MOST:
            self.forget()
