"""Tests for the acceptance of an estate: each verdict for its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from zhsq.acceptance import requirements
from zhsq.acceptance.accuracy import read_report
from zhsq.acceptance.items import Item
from zhsq.acceptance.page import acceptance_document
from zhsq.acceptance.profile import Profile
from zhsq.acceptance.report import AcceptanceReport, acceptance
from zhsq.errors import ZhsqError
from zhsq.protocols.report import DataRef, Estimate, ModelRef, Report
from zhsq.serve.reporting.document import html
from zhsq.serve.reporting.period import period
from zhsq.serve.security.audit import record
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Alert, Delivery, Estate, Event, Target, new_id, now

NOW = now()
PROFILE = {
    "version": 1,
    "estate": "east",
    "class": "old",
    "gates": [{"name": "n", "separates_people_and_cars": False}],
    "equipment": [
        {"kind": "vehicle", "devices": ["anpr"], "legacy": True},
        {"kind": "access", "devices": ["door"]},
        {"kind": "patrol", "devices": ["p1", "p2"]},
        {"kind": "fire", "devices": ["smoke"]},
    ],
    "platform": {"line": "public", "target": "street"},
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'store.db'}", b"k" * 32)
    with made.session() as session:
        session.add(Estate(id="east", name="东苑", salt=bytes(32), created_at=NOW - timedelta(days=40)))
    yield made
    made.close()


@pytest.fixture
def heard(store: Database):
    """heard(device, kind, hours_ago...): events of a device."""

    def put(device: str, kind: str, *hours_ago: float) -> None:
        with store.session() as session:
            for hours in hours_ago:
                at, data = NOW - timedelta(hours=hours), {"estate": "east", "device": device, "state": "online"}
                session.add(Event(source="/t", event_id=new_id(), type=kind, estate_id="east", time=at, data=data))

    return put


@pytest.fixture
def judge(store: Database):
    def run(profile: dict | None = PROFILE, samples=None, estate: str | None = "east", **settings) -> AcceptanceReport:
        span = period(NOW)
        site = Profile.model_validate(profile) if profile else None
        made = Settings(master_key="ab" * 32, **settings)
        found = acceptance(
            store.session, made, requirements.load(None), span, NOW, estate=estate, profile=site, samples=samples
        )
        assert "</html>" in html(acceptance_document(found, span))
        return found

    return run


def item(report: AcceptanceReport, key: str) -> Item:
    return next(each for each in report.items if each.key == key)


def test_a_system_is_met_only_when_enough_of_its_devices_were_seen_to_work(judge, heard) -> None:
    heard("anpr", "heartbeat", 5)
    heard("anpr", "vehicle", 4)
    heard("smoke", "heartbeat", 5)  # alive, but it never detected anything
    heard("p1", "patrol", 5)  # p2 never
    found = judge()
    assert item(found, "vehicle").verdict == "met"
    assert item(found, "fire").verdict == "not-measured" and "smoke" in item(found, "fire").advice.en
    assert item(found, "patrol").verdict == "not-met" and "p2" in item(found, "patrol").advice.en
    assert item(found, "access").verdict == "not-met"
    assert found.outcome == "not-met"
    assert not any(each.key == "charger" for each in found.items), "an old estate needs none"


def test_legacy_equipment_counts_when_it_is_connected_not_when_it_is_written_down(judge, heard) -> None:
    assert item(judge(), "legacy").verdict == "not-met"
    heard("anpr", "vehicle", 4)
    assert item(judge(), "legacy").verdict == "met"


def test_uptime_needs_days_of_observation(judge, heard) -> None:
    heard("anpr", "heartbeat", *(i / 10 for i in range(1, 240)))
    assert item(judge(), "uptime").verdict == "not-measured"
    heard("anpr", "heartbeat", *(i / 10 for i in range(240, 1700)))
    assert item(judge(), "uptime").verdict == "met"
    heard("dead", "heartbeat", 150)
    assert item(judge(), "uptime").verdict == "not-met" and "dead" in item(judge(), "uptime").advice.en


def test_delivery_is_judged_by_what_went_out(judge, store: Database) -> None:
    assert item(judge(), "delay").verdict == "not-measured" and item(judge(), "target").verdict == "not-met"
    at = NOW - timedelta(hours=1)
    with store.session() as session:
        session.add(Target(id="t", name="street", url="https://x", severity="minor", secret=b""))
        session.add(
            Alert(
                id="a",
                estate_id="east",
                rule="smoke",
                severity="major",
                message={},
                dedupe_key="k",
                state="open",
                opened_at=at,
                last_at=at,
            )
        )
        session.flush()
        for i in range(40):
            session.add(
                Delivery(
                    target_id="t", estate_id="east", alert_id="a", message_id=str(i), priority=1, body={},
                    state="delivered", created_at=at, delivered_at=at + timedelta(seconds=2),
                )
            )  # fmt: skip
    found = judge()
    assert [item(found, key).verdict for key in ("delay", "delivered", "target")] == ["met", "met", "met"]
    with store.session() as session:
        session.add(
            Delivery(
                target_id="t",
                estate_id="east",
                alert_id="a",
                message_id="x",
                priority=1,
                body={},
                state="dead",
                created_at=at,
            )
        )
    assert item(judge(), "delivered").verdict == "not-met"


def test_protection_looks_at_retention_assessment_and_audit(judge, store: Database) -> None:
    found = judge(retain_events_days=400)
    assert item(found, "retention").verdict == "not-met" and item(found, "assessment").verdict == "not-met"
    assert item(found, "audit").verdict == item(found, "consents").verdict == item(found, "keys").verdict == "met"
    with store.session() as session:
        record(session, "command", "privacy.assessment", "every estate")
    assert item(judge(), "assessment").verdict == "met"


def report(low: float, value: float, high: float, name: str = "our-gate") -> Report:
    return Report(
        task="plate-reading", data=DataRef(name=name, release="x", root="x"), protocol="p", split="test", n=100,
        model=ModelRef(name="plate-fused", version="1", sha256="0" * 64), seconds=1, items_per_second=1,
        metrics={"exact_match": Estimate(value=value, low=low, high=high)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [((0.96, 0.98, 0.99), "met"), ((0.90, 0.96, 0.98), "not-measured"), ((0.5, 0.6, 0.7), "not-met")],
)
def test_accuracy_is_met_when_its_whole_interval_is(judge, figures, verdict: str) -> None:
    found = judge(samples={"plate-reading": report(*figures)})
    assert item(found, "plate-reading").verdict == verdict


def test_public_data_say_nothing_of_a_site(judge) -> None:
    found = item(judge(samples={"plate-reading": report(0.99, 0.995, 1, "plates_cn")}), "plate-reading")
    assert found.verdict == "not-measured" and "public" in found.advice.en


def test_a_report_of_another_task_or_none_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(report(0.9, 0.95, 1).model_dump_json())
    assert read_report(path, "plate-reading").n == 100
    with pytest.raises(ZhsqError, match="is of plate-reading"):
        read_report(path, "face-verification")
    path.write_text("{}")
    with pytest.raises(ZhsqError, match="no report"):
        read_report(path, "plate-reading")


def test_without_an_estate_nothing_is_called_a_failure(judge) -> None:
    found = judge(profile=None, estate=None)
    assert found.outcome == "not-measured" and found.assumed
    assert {each.verdict for each in found.items} == {"not-measured"}


def test_without_a_profile_devices_are_those_that_were_heard(judge, heard) -> None:
    heard("a", "vehicle", 3)
    found = judge(profile=None)
    assert found.estate_class == "ordinary" and item(found, "vehicle").verdict == "met"
    assert item(found, "gates").verdict == item(found, "line").verdict == "not-measured"
