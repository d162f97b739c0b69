"""The load of events: a small run of the real thing on each store, and the tables of what was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parent.parent.parent
with pytest.MonkeyPatch.context() as patch:  # scripts, and no part of the package
    patch.syspath_prepend(ROOT / "benchmarks")
    import alerts_load
    import alerts_stores
    import alerts_tables


def test_events_are_taken_and_their_alerts_timed_on_sqlite(tmp_path: Path) -> None:
    store = alerts_stores.Store(f"sqlite:///{tmp_path / 'api.db'}", history=200)
    found = alerts_load.run(store, 1, rate=200, seconds=1, batch=20, rule_count=18, seed=0)
    assert (found["events"], found["refused"]) == (200, 0)
    assert found["event_to_alert_ms"]["p99"] > 0 and found["cpu_s_per_1000_events"]["api"] > 0
    assert store.settings()["journal_mode"] == "wal"


def test_on_postgresql_alerts_are_timed_by_the_commits_of_the_server(tmp_path: Path) -> None:
    pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    with alerts_stores.postgresql() as server:
        store = alerts_stores.PostgreSQL(server, history=200)
        found = alerts_load.run(store, 1, rate=200, seconds=1, batch=20, rule_count=18, seed=0)
        assert store.settings()["fsync"] == "on"
        store.close()
    assert (found["events"], found["refused"]) == (200, 0)
    assert found["event_to_alert_ms"]["p99"] > 0 and found["cpu_s_per_1000_events"]["postgresql"] > 0


def test_an_event_is_timed_by_the_alert_that_it_raised_not_by_a_later_one_that_it_is_the_context_of() -> None:
    pytest.importorskip("pgserver", reason="pgserver has no wheel for this Python")
    with alerts_stores.postgresql() as server:
        store = alerts_stores.PostgreSQL(server, history=0)
        engine = create_engine(store.url)
        alert = (
            "INSERT INTO alerts (id, estate_id, rule, severity, message, dedupe_key, device, zone, state, version, events,"
            " assigned_to, ladder, escalations, opened_at, last_at) VALUES"
            " (:id, 'east', 'r', 'minor', '{}', :id, '', '', 'open', 1, 1, 'guard', '[]', 0, now(), now())"
        )
        link = "INSERT INTO alert_links (alert_id, estate_id, source, event_id) VALUES (:id, 'east', '/load', :event)"
        # Three denials are an alert; before, the first of them was evidence of another. A fourth is evidence of both.
        for links in (
            [("other", "1")],
            [("count", "1"), ("count", "20"), ("count", "3")],
            [("count", "4"), ("other", "4")],
        ):
            with engine.begin() as connection:
                connection.execute(text("SELECT set_config('zhsq.estate', '*', true)"))
                for name in dict.fromkeys(name for name, _ in links):
                    if not connection.scalar(text("SELECT count(*) FROM alerts WHERE id = :id"), {"id": name}):
                        connection.execute(text(alert), {"id": name})
                connection.execute(text(link), [{"id": name, "event": event} for name, event in links])
        engine.dispose()
        found = store.linked()
        store.close()
    assert found.keys() == {"1", "20", "4"}  # "3" is no more than the context of what "20" raised
    assert found["1"] < found["20"] < found["4"]


def test_the_sender_knows_when_each_event_was_due() -> None:
    load = alerts_load.Load([1], "", rate=100, batch=10, seed=0)
    load._due = {0: 50.0, 10: 50.1}
    assert load.to_alert({"3": 50.5, "10": 50.2, "19": 50.3, "x": 1.0}, first=10) == pytest.approx([0.1, 0.2])
    load.answers = [(0, 0.3, True), (10, 0.4, False)]
    assert load.to_alert(None, first=0) == [0.3]


def test_a_bar_that_is_not_reached_is_said(tmp_path: Path) -> None:
    run = {
        "store": "postgresql",
        "processes": 2,
        "rules": 200,
        "history": 0,
        "asked_per_s": 2000,
        "taken_per_s": 1995.0,
        "event_to_alert_ms": {"p50": 10.0, "p90": 20.0, "p99": 199.0},
        "cpu_s_per_1000_events": {"api": 0.2, "postgresql": 0.1, "sender": 0.01},
        "load_after": 1.0,
    }
    slow = {**run, "processes": 1, "event_to_alert_ms": {"p50": 10.0, "p90": 20.0, "p99": 201.0}}
    few = {**run, "store": "sqlite", "processes": 1, "taken_per_s": 985.0}
    record = {
        "command": "c",
        "hardware": {"cores": "2", "cpu": "C"},
        "seconds": 20,
        "batch": 20,
        "settings": {"sqlite": {"synchronous": "2"}},
        "runs": [few, slow, run, {**run, "rules": 10}],
    }
    assert alerts_tables.render(tmp_path) == ""
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "load.json").write_text(json.dumps(record))
    lines = alerts_tables.render(tmp_path).splitlines()
    assert [line.split("|")[-2].strip() for line in lines if line.startswith("| ")][2:5] == ["**no**", "**no**", "yes"]
    assert sum("PostgreSQL, 2 processes" in line for line in lines) == 3
