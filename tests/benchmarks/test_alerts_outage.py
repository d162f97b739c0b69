"""The order in which the outage check expects messages: it is the one in which the outbox gives them."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from zhsq.serve.alerting.circuit import Circuit
from zhsq.serve.alerting.sending import Answer, pick, settle
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, Delivery, Estate, Target, now

ROOT = Path(__file__).resolve().parent.parent.parent
with pytest.MonkeyPatch.context() as patch:  # scripts, and no part of the package
    patch.syspath_prepend(ROOT / "benchmarks")
    from alerts_outage import Waiting, catch_up


def test_an_escalation_brings_forward_what_went_before_of_its_alert() -> None:
    waiting = [
        Waiting(1, "a_1", "a", 0),
        Waiting(2, "b_1", "b", 1),
        Waiting(3, "c_1", "c", 1),
        Waiting(4, "b_2", "b", 0),
    ]
    assert catch_up(waiting) == ["b_1", "b_2", "a_1", "c_1"]


def test_a_catch_up_sends_in_the_order_that_the_check_expects(tmp_path: Path) -> None:
    store, draw = Database(f"sqlite:///{tmp_path / 'api.db'}", b"k" * 32), random.Random(4)
    moment = now()
    with store.session() as session:
        session.add(Estate(id="east", name="east", salt=bytes(32)))
        session.add(Target(id="t", name="t", url="http://127.0.0.1:9/", secret=b"", severity="minor", rate_per_s=20.0))
        session.flush()
        told = {"estate_id": "east", "rule": "r", "severity": "minor", "message": {}, "state": "resolved"}
        session.add_all(
            Alert(id=f"a{n}", dedupe_key=f"a{n}", opened_at=moment, last_at=moment, **told) for n in range(30)
        )
        session.flush()
        versions: dict[str, int] = {}
        for _ in range(60):
            alert = f"a{draw.randrange(30)}"
            versions[alert] = versions.get(alert, 0) + 1
            session.add(
                Delivery(
                    target_id="t",
                    alert_id=alert,
                    estate_id="east",
                    message_id=f"{alert}_{versions[alert]}",
                    priority=draw.randrange(3),
                    body={},
                    next_at=moment,
                    created_at=moment,
                )
            )
            session.flush()
    with store.session() as session:
        columns = (Delivery.id, Delivery.message_id, Delivery.alert_id, Delivery.priority)
        expected = catch_up([Waiting(*row) for row in session.execute(select(*columns))])
        target, later, found = session.get_one(Target, "t"), moment + timedelta(minutes=10), []
        while (one := pick(session, target, later)) is not None:
            found.append(one.message_id)
            settle(session, target, one, Answer("delivered", "HTTP 204"), Circuit(), later)
            session.flush()
    store.close()
    assert len(found) == 60 and found == expected
