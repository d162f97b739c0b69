"""A demonstration estate: one generated day of events, through the real rules, store and outbox, handled by made-up staff.

It shows what reports look like before an estate is connected. Nothing in it is a figure about anything.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting import life
from zhsq.serve.alerting.events.envelope import Incoming, read_event
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.raising import LIVE
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, Delivery, Device, Estate, Target, new_id
from zhsq.workspace import workspace

ESTATE, NAME = "demo", "示范小区"
#: Between heartbeats, and between looks of the demonstration's clock.
BEAT, SLICE = timedelta(minutes=5), timedelta(minutes=15)


@dataclass(frozen=True)
class _Thing:
    name: str
    kind: str
    zone: str
    heartbeat: bool = True
    #: Hours of the day in which it is dead.
    dead: tuple[float, float] | None = None


THINGS = (
    _Thing("north-gate-anpr", "vehicle", "north-gate"),
    _Thing("south-gate-anpr", "vehicle", "south-gate", dead=(13.0, 13.8)),
    _Thing("north-door", "access", "north-gate"),
    _Thing("block-3-door", "access", "block-3"),
    _Thing("fence-east", "perimeter", "east"),
    _Thing("yard-camera", "anomaly", "yard"),
    _Thing("patrol-1", "patrol", "east", heartbeat=False),
    _Thing("patrol-2", "patrol", "yard", heartbeat=False),
    _Thing("box-1", "electrical", "block-1"),
    _Thing("smoke-b3", "fire", "block-3"),
    _Thing("heat-b3", "fire", "block-3"),
    _Thing("charger-1", "charger", "shed", dead=(2.0, 4.5)),
    _Thing("lamp-7", "lamp", "yard", heartbeat=False),
    _Thing("wifi-yard", "wifi", "yard"),
)
#: Hours at which something happens: (hour, thing, data).
_INCIDENTS: tuple[tuple[float, str, dict[str, Any]], ...] = (
    (1.6, "fence-east", {"state": "crossed"}),
    (3.2, "fence-east", {"state": "crossed"}),
    (6.5, "box-1", {"temperature_c": 76.0, "leakage_ma": 40.0}),
    (8.1, "block-3-door", {"decision": "denied", "method": "card"}),
    (8.11, "block-3-door", {"decision": "denied", "method": "card"}),
    (8.12, "block-3-door", {"decision": "denied", "method": "card"}),
    (8.13, "block-3-door", {"decision": "forced"}),
    (9.4, "yard-camera", {"state": "open", "score": 3.1, "threshold": 2.2}),
    (11.0, "smoke-b3", {"kind": "smoke", "value": 1}),
    (11.02, "heat-b3", {"kind": "heat", "value": 61.0}),
    (12.3, "yard-camera", {"state": "open", "score": 2.6, "threshold": 2.2}),
    (15.7, "box-1", {"leakage_ma": 340.0}),
    (16.2, "smoke-b3", {"kind": "smoke", "value": 1}),
    (18.3, "fence-east", {"state": "crossed"}),
    (19.9, "charger-1", {"state": "overheat", "temperature_c": 71.0}),
    (20.4, "wifi-yard", {"state": "rogue"}),
    (21.5, "yard-camera", {"state": "open", "score": 4.0, "threshold": 2.2}),
    (23.6, "charger-1", {"state": "charging", "power_w": 240}),
)
#: Rules whose alerts the made-up staff dismiss as false now and then, with the share of them.
_FALSE = {"video-anomaly": 0.5, "perimeter": 0.6, "smoke": 0.5, "unregistered-vehicle": 0.3}
_RESTED = "核查后为误报 checked: nothing there"


def settings() -> Settings:
    """Of the demonstration's own store, in the workspace; the estate's own store is not touched."""
    folder = workspace().ensure().root / "demo"
    folder.mkdir(exist_ok=True)
    return Settings(database_url=f"sqlite:///{folder / 'demo.db'}")


def build(until: datetime, seed: int = 0) -> Settings:
    """Make the demonstration's store anew: the day up to `until`, UTC without zone.

    Returns:
        Settings that open it.
    """
    made = settings()
    for old in (workspace().root / "demo").glob("demo.db*"):
        old.unlink()
    database = Database.of(made)
    start = until - timedelta(days=1)
    try:
        _found(database, start)
        _live(database, start, until, random.Random(seed))
    finally:
        database.close()
    return made


def events(start: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A day's CloudEvents, in no order; `start` is midnight, or whatever hour the day begins at."""
    for thing in THINGS:
        at = start
        while thing.heartbeat and at < start + timedelta(days=1):
            if not _dead(thing, at - start):
                yield _event("heartbeat", thing, at, {"state": "online"})
            at += BEAT
        for moment, data in _ordinary(thing, start, chance):
            yield _event(thing.kind, thing, moment, data)
    by_name = {thing.name: thing for thing in THINGS}
    for hour, name, data in _INCIDENTS:
        yield _event(by_name[name].kind, by_name[name], start + timedelta(hours=hour), data)


def _ordinary(thing: _Thing, start: datetime, chance: random.Random) -> Iterator[tuple[datetime, dict[str, Any]]]:
    def moments(count: int) -> list[datetime]:
        return sorted(start + timedelta(seconds=chance.uniform(0, 86_399)) for _ in range(count))

    if thing.kind == "vehicle":
        for moment in moments(90):
            known = chance.random() < 0.93
            yield moment, {"decision": "match" if known else "unknown", "confidence": round(chance.uniform(0.9, 1), 3)}
    elif thing.kind == "access":
        for moment in moments(120):
            yield moment, {"decision": "granted", "method": chance.choice(["face", "card", "code"])}
    elif thing.kind == "patrol":
        for hour in (0.5, 2.0, 3.6, 5.2, 7.0, 20.5, 22.0, 23.4):
            yield start + timedelta(hours=hour), {"state": "done"}
    elif thing.kind == "electrical":
        for moment in moments(48):
            yield (
                moment,
                {"temperature_c": round(chance.uniform(24, 46), 1), "leakage_ma": round(chance.uniform(5, 60), 1)},
            )
    elif thing.kind == "lamp":
        for hour in (5.9, 18.1):
            yield start + timedelta(hours=hour), {"state": "off" if hour < 12 else "on"}


def _event(kind: str, thing: _Thing, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    body = {"estate": ESTATE, "device": thing.name, "zone": thing.zone, **data}
    name = f"{kind}-{at:%H%M%S%f}"
    return {
        "specversion": "1.0", "id": name, "source": f"/demo/{thing.name}", "type": kind, "time": f"{at.isoformat()}Z",
        "data": body,
    }  # fmt: skip


def _dead(thing: _Thing, since: timedelta) -> bool:
    hour = since.total_seconds() / 3600
    return thing.dead is not None and thing.dead[0] <= hour < thing.dead[1]


def _found(database: Database, start: datetime) -> None:
    with database.session() as session:
        session.add(Estate(id=ESTATE, name=NAME, salt=bytes(32), created_at=start))
        session.flush()
        for thing in THINGS:
            if thing.kind in ("vehicle", "access", "anomaly"):
                policy = {"liveness": "required", "quality": "require"} if thing.kind == "access" else {}
                row = {"liveness": "off", "quality": "advise", **policy}
                session.add(Device(estate_id=ESTATE, name=thing.name, created_at=start, **row))
        # Disabled targets get no messages, and this one leads nowhere: `_deliver` plays the platform.
        line = {"name": "street-platform", "url": "https://platform.invalid/alerts", "secret": b"", "severity": "minor"}
        session.add(Target(id=new_id(), estate_id=ESTATE, created_at=start, **line))


def _live(database: Database, start: datetime, until: datetime, chance: random.Random) -> None:
    """Let the day go by, a slice at a time."""
    queue = sorted((read_event(raw, start) for raw in events(start, chance)), key=lambda event: event.time)
    waiting: dict[str, float] = {}
    clock, place = start, 0
    intake = Intake(database, RuleFile(None), 3600, lambda: clock, tick_s=86_400)
    try:
        while clock < until:
            clock = min(clock + SLICE, until)
            come: list[Incoming] = []
            while place < len(queue) and queue[place].time <= clock:
                come.append(queue[place])
                place += 1
            intake.submit(come).result()
            intake.tick()
            with database.session() as session:
                _handle(session, clock, waiting, chance)
                _deliver(session, chance)
    finally:
        intake.close()


def _handle(session: Session, clock: datetime, waiting: dict[str, float], chance: random.Random) -> None:
    """Staff acknowledge after a while, then close; a few alerts are left open."""
    for alert in session.scalars(select(Alert).where(Alert.state.in_(LIVE)).order_by(Alert.opened_at)).all():
        pace = {"critical": 80, "major": 400, "minor": 1500}[alert.severity]
        took = waiting.setdefault(alert.id, chance.lognormvariate(0, 0.8) * pace)
        seen = alert.opened_at + timedelta(seconds=took)
        if alert.state == "open" and seen <= clock:
            life.change(session, alert, "acknowledge", "guard:demo")
            alert.acknowledged_at = seen  # by the demonstration's clock, not by ours
        closed = seen + timedelta(seconds=took * 2 + chance.uniform(60, 900))
        if alert.state == "acknowledged" and closed <= clock:
            if chance.random() < _FALSE.get(alert.rule, 0.05):
                life.change(session, alert, "dismiss", "guard:demo", note=_RESTED)
            else:
                life.change(session, alert, "resolve", "guard:demo")
            alert.closed_at = closed


def _deliver(session: Session, chance: random.Random) -> None:
    """The platform takes what waits, within seconds."""
    for delivery in session.scalars(select(Delivery).where(Delivery.state == "pending").order_by(Delivery.id)):
        delivery.state = "delivered"
        delivery.delivered_at = delivery.created_at + timedelta(seconds=chance.uniform(0.1, 2.5))
