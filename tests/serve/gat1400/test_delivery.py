"""From an event to the platform: only what a basis in force names, once, in order, over restarts."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import delete, select, update

from zhsq.serve.alerting.courier import Courier
from zhsq.serve.alerting.ways import WEBHOOK, Webhooks
from zhsq.serve.gat1400 import delivery, queue
from zhsq.serve.store.tables import AuditEntry, Delivery, Event, LegalBasis, Target, now

STRANGER = {"plate": "皖A12345", "decision": "unknown", "colour": "blue"}


def test_without_a_legal_basis_nothing_leaves(platform, tell, run, outbox) -> None:
    assert tell("vehicle", "gate", **STRANGER).alerts
    tell("heartbeat", "cam", state="online")
    run()
    assert outbox() == [] and not platform.vehicles and not platform.states
    assert platform.registered, "it registers and lives; it says nothing"


def test_an_alert_about_a_vehicle_goes_on_its_basis_and_leaves_no_plate_in_the_outbox(
    platform, tell, run, outbox, basis, store, database_url
) -> None:
    basis("vehicle-alerts")
    tell("vehicle", "gate", **STRANGER)
    with store.session() as session:
        assert "皖A12345" not in str(session.scalars(select(Delivery)).one().body)
    run()
    (one,) = platform.vehicles.values()
    assert (one["PlateNo"], one["DeviceID"], one["PlateColor"]) == ("皖A12345", "33010200001190000001", "5")
    assert outbox() == [("vehicle", "delivered", "")] and not platform.states
    with store.session() as session:
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "gat1400.vehicle")) is not None


def test_alerts_about_anything_else_never_go(platform, tell, run, outbox, basis) -> None:
    basis("vehicle-alerts")
    basis("device-states")
    assert tell("fire", "smoke", kind="smoke", value=1).alerts
    for _ in range(3):
        tell("access", "door", decision="denied", method="face")
    assert tell("perimeter", "fence", state="crossed").alerts
    run()
    assert [kind for kind, _, _ in outbox() if kind != "state"] == [] and not platform.vehicles


def test_a_basis_of_one_kind_or_estate_is_none_of_another(platform, tell, run, outbox, basis) -> None:
    basis("device-states")
    basis("vehicle-alerts", estate="west")
    tell("vehicle", "gate", **STRANGER)
    run()
    assert not platform.vehicles and {kind for kind, _, _ in outbox()} == {"state"}


def test_a_basis_that_ends_withholds_what_waits(platform, tell, run, outbox, basis, store, database_url) -> None:
    mine = basis("vehicle-alerts")
    tell("vehicle", "gate", **STRANGER)
    with store.session() as session:
        session.execute(update(LegalBasis).where(LegalBasis.id == mine).values(revoked_at=now()))
    run()
    assert not platform.vehicles
    assert outbox() == [("vehicle", "dead", "no legal basis in force names vehicle-alerts")]


def test_what_can_t_be_made_is_set_aside_with_its_reason(platform, tell, run, outbox, basis, store) -> None:
    basis("vehicle-alerts")
    tell("vehicle", "unknown-gate", **STRANGER)
    tell("vehicle", "gate", **STRANGER)
    with store.session() as session:
        session.execute(delete(Event).where(Event.data["device"].as_string() == "gate"))
    run()
    assert [error for _, _, error in outbox()] == [
        "unknown-gate has no ApeID on this platform",
        "the event was let go by retention",
    ]
    assert not platform.vehicles


def test_states_of_devices_are_told_when_they_change(platform, tell, run, basis, monkeypatch, database_url) -> None:
    monkeypatch.setattr(delivery, "LOOK_S", 0.0)
    basis("device-states")
    tell("heartbeat", "cam", ago_s=30, state="online")
    run(6)
    told = [(one["ApeID"][-1], one["IsOnline"]) for one in platform.states]
    assert sorted(told) == [("1", "2"), ("2", "1")], "the gate was never heard"
    tell("heartbeat", "cam", state="offline")
    tell("vehicle", "gate", plate="皖A1", decision="match")
    run(6)
    assert [(one["ApeID"][-1], one["IsOnline"]) for one in platform.states[2:]] == [("1", "1"), ("2", "2")]
    run(4)
    assert len(platform.states) == 4


def test_a_silent_device_is_told_offline(tell, store, target, basis) -> None:
    basis("device-states")
    tell("heartbeat", "cam", ago_s=540)
    with store.session() as session:
        assert queue.changed_states(session, session.get_one(Target, target), now()) == 2
        later = now() + timedelta(seconds=120)
        assert queue.changed_states(session, session.get_one(Target, target), later) == 1
        assert [each.body["online"] for each in session.scalars(select(Delivery).order_by(Delivery.id))][-1] is False


def test_a_platform_that_is_down_loses_nothing_and_gets_each_once(platform, tell, run, outbox, basis) -> None:
    basis("vehicle-alerts")
    tell("vehicle", "gate", **STRANGER)
    run(1)
    platform.restart()
    platform.instead += [(503, None)] * 2
    tell("vehicle", "cam", **STRANGER)
    run(8)
    assert len(platform.vehicles) == 2 and [state for _, state, _ in outbox()] == ["delivered", "delivered"]


def test_a_record_that_is_sent_twice_is_one_at_the_platform(platform, tell, run, basis, store) -> None:
    basis("vehicle-alerts")
    tell("vehicle", "gate", **STRANGER)
    run()
    with store.session() as session:  # as after a kill between the answer and the commit
        session.execute(update(Delivery).values(state="pending", delivered_at=None))
    run()
    assert platform.calls.count("/VIID/MotorVehicles") == 2 and len(platform.vehicles) == 1


def test_a_refused_record_is_set_aside_and_holds_up_no_other(platform, tell, run, outbox, basis) -> None:
    basis("vehicle-alerts")
    platform.refuses = {"33010200001190000001"}
    tell("vehicle", "gate", **STRANGER)
    tell("vehicle", "cam", **STRANGER)
    run(2, pauses=True)
    assert [state for _, state, _ in outbox()] == ["pending", "delivered"]
    run(8)
    assert [state for _, state, _ in outbox()] == ["dead", "delivered"] and "StatusCode 8" in outbox()[0][2]


def test_it_runs_by_itself_and_signs_off_when_it_is_closed(platform, tell, store, target, basis, sealer) -> None:
    basis("vehicle-alerts")
    courier = Courier(store, sealer, {queue.KIND: delivery.Platforms(store, timeout_s=5)})
    courier.start()
    tell("vehicle", "gate", **STRANGER)
    until = time.monotonic() + 20
    while not platform.vehicles and time.monotonic() < until:
        time.sleep(0.05)
    courier.close()
    assert len(platform.vehicles) == 1 and platform.registered == set()
    assert platform.calls[-1] == "/VIID/System/UnRegister"


def test_off_means_that_nothing_is_said_at_all(platform, store, target, tell, basis, sealer) -> None:
    basis("vehicle-alerts")
    tell("vehicle", "gate", **STRANGER)
    off = Courier(store, sealer, {WEBHOOK: Webhooks()})
    for _ in range(3):
        off.step(target)
    off.close()
    assert platform.calls == [] and platform.challenges == 0
