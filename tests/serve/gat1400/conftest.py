"""A store, the real rules, a courier, and a platform that conforms."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, update

from zhsq.serve.alerting.courier import Courier
from zhsq.serve.alerting.events.envelope import read_event
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.gat1400.delivery import Platforms
from zhsq.serve.gat1400.queue import KIND
from zhsq.serve.security.key_provider import EnvironmentKeys
from zhsq.serve.security.sealing import WEBHOOKS, Sealer
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Delivery, Estate, LegalBasis, Target, new_id, now

SEALER = Sealer(EnvironmentKeys("ab" * 32), WEBHOOKS)
DEVICES = {"gate": "33010200001190000001", "cam": "33010200001190000002"}


@pytest.fixture(scope="session")
def receiver() -> ModuleType:
    """The module beside this one: tests are no package."""
    spec = importlib.util.spec_from_file_location("gat1400_receiver", Path(__file__).parent / "receiver.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def sealer() -> Sealer:
    return SEALER


@pytest.fixture
def platform(receiver: ModuleType) -> Iterator[Any]:
    made = receiver.Platform()
    yield made
    made.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """On SQLite; a test that asks for `database_url` runs on PostgreSQL, too."""
    both = "database_url" in request.fixturenames
    made = Database(request.getfixturevalue("database_url") if both else f"sqlite:///{tmp_path / 's.db'}", b"k" * 32)
    with made.session() as session:
        session.add_all([Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west")])
    yield made
    made.close()


@pytest.fixture
def target(store: Database, platform: Any, receiver: ModuleType) -> str:
    with store.session() as session:
        made = Target(id="t", name="police", kind="gat1400", url=platform.url, estate_id="east", severity="minor")
        made.options = {
            "device_id": "33010200005030000001", "username": receiver.USER, "devices": DEVICES, "subscribe_id": "3" * 33,
        }  # fmt: skip
        made.rate_per_s = 1000.0
        made.secret = SEALER.seal(receiver.PASSWORD, "t")
        session.add(made)
    return "t"


@pytest.fixture
def basis(store: Database) -> Callable[..., str]:
    """basis(kind, days=1): recorded, in force for so long."""

    def put(kind: str, days: float = 1, estate: str = "east") -> str:
        with store.session() as session:
            made = LegalBasis(
                id=new_id(), estate_id=estate, kind=kind, authority="a", document="d", recorded_by="test",
                valid_from=now() - timedelta(hours=1), valid_until=now() + timedelta(days=days),
            )  # fmt: skip
            session.add(made)
            return made.id

    return put


@pytest.fixture
def courier(store: Database, target: str) -> Iterator[Courier]:
    made = Courier(store, SEALER, {KIND: Platforms(store, timeout_s=5)})
    yield made
    made.close()


@pytest.fixture
def tell(store: Database) -> Iterator[Callable[..., Any]]:
    """tell(kind, device, **data): an event through the packaged rules."""
    intake = Intake(store, RuleFile(None), 3600, tick_s=3600)

    def send(kind: str, device: str, /, estate: str = "east", ago_s: float = 0, **data: Any) -> Any:
        at = now() - timedelta(seconds=ago_s)
        body = {"estate": estate, "device": device, **data}
        raw = {"id": new_id(), "source": "/s", "type": kind, "time": at.isoformat(), "data": body}
        return intake.submit([read_event(raw, now())]).result(10)[0]

    yield send
    intake.close()


@pytest.fixture
def run(store: Database, courier: Courier) -> Callable[..., None]:
    """run(times): so many steps of delivery; the pauses between are left out unless they are wanted."""

    def steps(times: int = 4, *, pauses: bool = False) -> None:
        for _ in range(times):
            courier.step("t")
            if pauses:
                continue
            with store.session() as session:
                session.execute(update(Target).values(rests_until=None))
                session.execute(update(Delivery).values(next_at=now()))
            time.sleep(0)

    return steps


@pytest.fixture
def outbox(store: Database) -> Callable[[], list[tuple[str, str, str]]]:
    """Messages in order: type, state, last error."""

    def read() -> list[tuple[str, str, str]]:
        with store.session() as session:
            found = session.scalars(select(Delivery).order_by(Delivery.id))
            return [(each.body["type"].rpartition(".")[2], each.state, each.last_error) for each in found]

    return read
