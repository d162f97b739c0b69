"""A demonstration estate: one generated day of events, through the real rules, store and outbox, handled by made-up staff.

It shows what reports look like before an estate is connected. Nothing in it is a figure about anything.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.alerting import life
from zhsq.serve.alerting.events.envelope import Incoming, read_event
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.raising import LIVE
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.alerting.sample_day import ZONE, sample_day
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, Delivery, Device, Estate, Target, new_id
from zhsq.workspace import workspace

ESTATE, NAME = "demo", "示范小区"
#: Between looks of the demonstration's clock.
SLICE = timedelta(minutes=15)
#: Type of events -> what is asked of the devices that send them, which are registered.
_REGISTERED: dict[str, dict[str, str]] = {
    "vehicle": {"kind": "plate", "liveness": "off", "quality": "advise"},
    "access": {"kind": "face", "liveness": "required", "quality": "require"},
    "anomaly": {"kind": "camera", "liveness": "off", "quality": "advise"},
}
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
        happened = _events(start, until, seed)
        _found(database, start, {(one.type, one.data["device"]) for one in happened})
        _live(database, start, until, happened, random.Random(seed))
    finally:
        database.close()
    return made


def _events(start: datetime, until: datetime, seed: int) -> list[Incoming]:
    """What happened between two moments, by time, of as many made-up days as it takes."""
    day = start.replace(tzinfo=UTC).astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[Incoming] = []
    while day < until.replace(tzinfo=UTC):
        found += [read_event(raw, start) for raw in sample_day(seed, ESTATE, day)]
        day += timedelta(days=1)
    return sorted((event for event in found if start <= event.time < until), key=lambda event: event.time)


def _found(database: Database, start: datetime, devices: set[tuple[str, str]]) -> None:
    with database.session() as session:
        session.add(Estate(id=ESTATE, name=NAME, salt=bytes(32), created_at=start))
        session.flush()
        for kind, name in sorted(devices):
            if kind in _REGISTERED:
                session.add(Device(estate_id=ESTATE, name=name, created_at=start, **_REGISTERED[kind]))
        # Disabled targets get no messages, and this one leads nowhere: `_deliver` plays the platform.
        line = {"name": "street-platform", "url": "https://platform.invalid/alerts", "secret": b"", "severity": "minor"}
        session.add(Target(id=new_id(), estate_id=ESTATE, created_at=start, **line))


def _live(database: Database, start: datetime, until: datetime, queue: list[Incoming], chance: random.Random) -> None:
    """Let the day go by, a slice at a time."""
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
