"""Alerts of before the tables of their life: nothing of them is lost."""

from __future__ import annotations

import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select, text

import zhsq.serve.store
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, AlertLink, AlertStep

EVIDENCE = [{"source": "/s", "id": str(i), "time": "2026-11-24T08:00:00", "data": {"device": "d1"}} for i in (1, 2)]
TIMELINE = [
    {"at": "2026-11-24T08:00:00", "state": "open", "by": "rule:smoke", "note": ""},
    {"at": "2026-11-24T08:01:00.5", "state": "acknowledged", "by": "guard:x", "note": ""},
    {"at": "2026-11-24T08:02:00", "state": "dismissed", "by": "guard:x", "note": "a cigarette"},
]


def test_an_alert_s_evidence_and_timeline_move_into_tables_of_their_own(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(zhsq.serve.store.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        made = {
            "at": "2026-11-24 08:00:00",
            "evidence": json.dumps(EVIDENCE),
            "timeline": json.dumps(TIMELINE),
            "salt": b"x",
        }
        connection.execute(
            text("INSERT INTO estates (id, name, salt, created_at) VALUES ('east', 'e', :salt, :at)"), made
        )
        columns = "id, estate_id, rule, severity, message, dedupe_key, state, evidence, timeline, opened_at, last_at"
        values = "'a', 'east', 'smoke', 'critical', '{}', 'smoke|east|d1', 'dismissed', :evidence, :timeline, :at, :at"
        connection.execute(text(f"INSERT INTO alerts ({columns}) VALUES ({values})"), made)
    engine.dispose()
    store = Database(database_url, b"k" * 32)
    with store.session() as session:
        alert = session.get_one(Alert, "a")
        assert (alert.version, alert.events, alert.device, alert.ladder) == (3, 2, "d1", [])
        assert alert.acknowledged_at is not None and alert.closed_at is not None
        steps = session.scalars(select(AlertStep).order_by(AlertStep.id)).all()
        assert [(s.action, s.actor, s.note) for s in steps] == [
            ("opened", "rule:smoke", ""),
            ("acknowledged", "guard:x", ""),
            ("dismissed", "guard:x", "a cigarette"),
        ]
        assert sorted(link.event_id for link in session.scalars(select(AlertLink))) == ["1", "2"]
    store.close()
