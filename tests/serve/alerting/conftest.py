"""A store with two estates, and an intake that looks at a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from zhsq.serve.alerting.events.envelope import read_event
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.journal import Outcome
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Estate, now


class Clock:
    """The present, which a test moves on."""

    def __init__(self) -> None:
        self.at = now().replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.at

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make_store(url: str) -> Database:
    made = Database(url, b"k" * 32)
    with made.session() as session:
        for name in ("east", "west"):
            session.add(Estate(id=name, name=name, salt=bytes(32)))
    return made


@pytest.fixture
def store(tmp_path) -> Iterator[Database]:
    made = make_store(f"sqlite:///{tmp_path / 'alerts.db'}")
    yield made
    made.close()


@pytest.fixture
def intake(store: Database, clock: Clock) -> Iterator[Intake]:
    made = Intake(store, RuleFile(None), 3600, clock, tick_s=3600)
    yield made
    made.close()


Tell = Callable[..., Outcome]


@pytest.fixture
def tell(intake: Intake, clock: Clock) -> Tell:
    """tell(kind, id, ago_s=0, **data) -> what became of the event."""
    return teller(intake, clock)


def teller(intake: Intake, clock: Clock) -> Tell:
    def send(kind: str, number: object, /, ago_s: float = 0, **data: object) -> Outcome:
        time = (clock() - timedelta(seconds=ago_s)).isoformat()
        full = {"estate": "east", "device": "d1", **data}
        raw = {"id": str(number), "source": "/s", "type": kind, "time": time, "data": full}
        return intake.submit([read_event(raw, clock())]).result(10)[0]

    return send
