"""Consents that ended stop matching at once, and the next run of the jobs erases, with a receipt that can be checked."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from zhsq.errors import ZhsqError
from zhsq.serve.privacy import jobs
from zhsq.serve.privacy.consents import holds
from zhsq.serve.store.tables import Alert, Consent, Erasure, Event, Invitation, Subject, Template, now


def run(shared) -> jobs.JobsReport:
    return jobs.run(shared.database, shared.keys, shared.settings)


def sealed_of(shared, subject: str) -> bytes:
    with shared.database.session() as session:
        return session.scalar(select(Template.sealed).where(Template.subject_id == subject))


def test_a_withdrawn_consent_matches_nobody_at_once_and_is_erased_by_the_next_run(
    operator, shared, enrolled, found, tmp_path
) -> None:
    gone, stays = enrolled(1), enrolled(2)
    assert found(1).subject == gone
    sealed = sealed_of(shared, gone)
    assert operator.post(f"/v1/estates/east/subjects/{gone}/withdraw").status_code == 200
    assert found(1).decision == "unknown" and found(2).subject == stays
    report = run(shared)
    assert report.erased == {"withdrawn": 1} and report.scrubbed
    with shared.database.session() as session:
        assert session.get(Subject, gone) is None and session.get(Subject, stays) is not None
    for path in tmp_path.glob("serve.db*"):  # while the database is open
        assert sealed not in path.read_bytes(), path.name
    (receipt,) = operator.get("/v1/estates/east/erasures", params={"subject": gone}).json()["items"]
    assert receipt["templates_erased"] == [hashlib.sha256(sealed).hexdigest()]
    assert (receipt["reason"], receipt["templates_left"], receipt["images_left"]) == ("withdrawn", 0, 0)


def test_a_match_asks_the_store_whether_the_consent_holds(shared, enrolled, found) -> None:
    subject = enrolled(1)
    assert found(1).subject == subject
    with shared.database.session() as session:  # withdrawn by another process: this one's gallery still has the entry
        session.execute(update(Consent).values(withdrawn_at=now()))
        assert not holds(session, subject, now())


def test_an_expired_consent_is_out_of_the_gallery_by_the_clock_and_erased_as_expired(shared, enrolled, found) -> None:
    subject = enrolled(1, expires_at=now() + timedelta(seconds=30))
    assert found(1).subject == subject
    assert found(1, at=now() + timedelta(seconds=31)).decision == "unknown", "no job, no reload: time alone ends it"
    with shared.database.session() as session:
        session.execute(update(Consent).values(expires_at=now()))
    assert run(shared).erased == {"expired": 1}


def test_a_second_run_has_nothing_to_do(operator, shared, enrolled) -> None:
    operator.post(f"/v1/estates/east/subjects/{enrolled(1)}/withdraw")
    assert run(shared).erased
    again = run(shared)
    assert (again.erased, again.reprotected, again.let_go, again.scrubbed) == ({}, 0, {}, None)
    with shared.database.session() as session:
        assert len(session.scalars(select(Erasure)).all()) == 1


def test_a_run_that_broke_off_is_finished_by_the_next(operator, shared, enrolled, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    for seed in range(3):
        operator.post(f"/v1/estates/east/subjects/{enrolled(seed)}/withdraw")
    real, calls = jobs.erase, []

    def breaks(*given):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(jobs, "erase", breaks)
    with pytest.raises(KeyboardInterrupt):
        run(shared)
    assert run(shared).erased == {"withdrawn": 2}


def test_a_renewed_consent_keeps_the_person(operator, shared, enrolled, found) -> None:
    subject = enrolled(1, expires_at=now() + timedelta(seconds=30))
    body = {"purpose": "entry", "evidence": "form 2", "expires_at": "2099-01-01T00:00:00Z"}
    assert operator.post(f"/v1/estates/east/subjects/{subject}/consents", json=body).status_code == 201
    assert found(1, at=now() + timedelta(days=1)).subject == subject
    operator.post(f"/v1/estates/east/subjects/{subject}/withdraw")
    assert found(1).decision == "unknown", "a withdrawal ends every consent"
    assert operator.post(f"/v1/estates/east/subjects/{subject}/consents", json=body).status_code == 409


def test_a_receipt_is_checked_against_itself_the_audit_and_the_store(operator, shared, enrolled) -> None:
    subject = enrolled(1)
    receipt = operator.delete(f"/v1/estates/east/subjects/{subject}").json()
    where = f"/v1/estates/east/erasures/{receipt['id']}"
    shown = operator.get(where).json()
    assert shown["receipt"] == receipt and all(shown["check"].values())
    with shared.database.session() as session:
        session.execute(text("UPDATE erasures SET body = replace(body, 'asked', 'expired')"))
    assert operator.get(where).json()["check"]["digest_matches"] is False
    with shared.database.session() as session:
        session.execute(text("UPDATE erasures SET body = replace(body, 'expired', 'asked')"))
        session.execute(text("UPDATE audit SET outcome = 'receipt 0' WHERE action = 'subject.erase'"))
        session.add(
            Subject(id=subject, estate_id="east", reference="x", credential_kind="card", credential_reference="x")
        )
    wrong = {"digest_matches": True, "in_audit": False, "nothing_left": False, "holds": False}
    assert operator.get(where).json()["check"] == wrong
    assert operator.get(f"/v1/estates/west/erasures/{receipt['id']}").status_code == 404


def test_each_kind_of_record_goes_when_its_days_are_over_and_not_before(operator, shared, enrolled) -> None:
    days = {"receipts": 1095, "consents": 1095, "invitations": 30, "events": 90, "alerts": 365}
    kept = enrolled(99)
    operator.delete(f"/v1/estates/east/subjects/{enrolled(1)}")
    event = {"estate": "east", "device": "smoke-7", "kind": "smoke", "value": 1}
    sent = {"id": "1", "source": "/panel", "type": "fire", "data": event}
    alert = operator.post("/v1/events", json=sent).json()["alerts"][0]
    operator.post(f"/v1/alerts/{alert}/dismiss", json={"note": "test"})
    with shared.database.session() as session:
        session.add(
            Invitation(
                estate_id="east", reference="x", purpose="x", credential_kind="card", credential_reference="x",
                consent_expires_at=now(), code_digest="x", expires_at=now(),
            )
        )  # fmt: skip

    def age(**ago: timedelta) -> None:
        with shared.database.session() as session:
            session.execute(update(Erasure).values(erased_at=now() - ago["receipts"]))
            session.execute(
                update(Consent).where(Consent.subject_id != kept).values(withdrawn_at=now() - ago["consents"])
            )
            session.execute(update(Invitation).values(expires_at=now() - ago["invitations"]))
            session.execute(update(Event).values(time=now() - ago["events"]))
            session.execute(update(Alert).values(last_at=now() - ago["alerts"]))

    age(**{name: timedelta(days=count - 1) for name, count in days.items()})
    assert run(shared).let_go == {}
    age(**{name: timedelta(days=count) for name, count in days.items()})
    assert run(shared).let_go == dict.fromkeys(days, 1)
    with shared.database.session() as session:
        assert session.scalar(select(Consent.subject_id)) == kept, "a consent of someone enrolled is never let go"


def test_a_missing_key_stops_the_jobs_and_changes_nothing(shared, enrolled) -> None:
    subject = enrolled(1)
    before = sealed_of(shared, subject)
    with shared.database.session() as session:
        session.execute(update(Template).values(key_id="0123456789ab"))
    with pytest.raises(ZhsqError, match="0123456789ab"):
        run(shared)
    assert sealed_of(shared, subject) == before


def test_a_child_needs_a_guardian_whose_name_is_kept_and_no_age(shared, enrolled) -> None:
    from zhsq.serve.problems import ProblemError

    with pytest.raises(ProblemError) as refused:
        enrolled(1, under_14=True)
    assert refused.value.code == "guardian-required"
    subject = enrolled(1, under_14=True, guardian="mother, form 7")
    with shared.database.session() as session:
        assert session.scalar(select(Consent.guardian).where(Consent.subject_id == subject)) == "mother, form 7"


def test_the_own_record_shows_what_is_stored_and_who_looked(operator, client, enrolled) -> None:
    subject = enrolled(1)
    operator.get(f"/v1/estates/east/subjects/{subject}/record")
    shown = operator.get(f"/v1/estates/east/subjects/{subject}/record").json()
    assert shown["reference"] == "flat 1" and shown["consents"][0]["purpose"] == "entry"
    assert len(shown["templates"]) == 1 and shown["images"] == []
    assert [(entry["by"], entry["action"]) for entry in shown["accesses"]] == [
        ("test", "subject.enrol"),
        ("operator", "subject.export"),
    ]
    assert client("guard", "east").get(f"/v1/estates/east/subjects/{subject}/record").status_code == 403
    assert client("property", "west").get(f"/v1/estates/east/subjects/{subject}/record").status_code == 404
