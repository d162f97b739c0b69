"""Idempotency keys: carried out once, answered again; over restarts, processes and kills; no secret and no one left behind."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select, update

from zhsq.data.registry import DataSet
from zhsq.serve.api import once as module
from zhsq.serve.privacy.jobs import run
from zhsq.serve.security.keys import create
from zhsq.serve.store import answers
from zhsq.serve.store.tables import Device, Invitation, KeptAnswer, Subject, Vehicle, now

VEHICLES = "/v1/estates/east/vehicles"
BODY = {"plate": "皖A12345", "reference": "flat 7"}
INVITATION = {
    "reference": "flat 7", "purpose": "entry", "credential_kind": "card", "credential_reference": "card 7",
    "consent_expires_at": "2040-01-01T00:00:00Z",
}  # fmt: skip
#: POST routes without a key, each with the reason.
WITHOUT = {
    "POST /v1/faces/quality": "computes",
    "POST /v1/faces/verify": "computes",
    "POST /v1/estates/{estate}/faces/identify": "computes; a kept answer would be a second log of who passed",
    "POST /v1/faces/verify/batch": "computes",
    "POST /v1/estates/{estate}/subjects/{subject_id}/verify": "computes; a kept answer would tell who came when",
    "POST /v1/estates/{estate}/faces/identify/batch": "computes; likewise",
    "POST /v1/plates/read": "computes",
    "POST /v1/plates/read/batch": "computes",
    "POST /v1/plates/match/batch": "computes",
    "POST /v1/alerts/{alert_id}/evidence/{picture_id}/original": "reads, for a reason that stands in the audit",
    "POST /v1/plates/match": "computes",
    "POST /v1/plates/passes/read": "computes",
    "POST /v1/plates/passes/{pass_id}/frames": "computes; its answer holds a plate of whoever passed",
    "POST /v1/plates/passes/{pass_id}/close": "computes; likewise",
    "POST /v1/resident/photo": "computes",
    "POST /v1/events": "idempotent by (source, id)",
    "POST /v1/events/cameras/{dialect}": "idempotent by (source, id)",
}

Open = Callable[[], FastAPI]


def key(value: str = "") -> dict[str, str]:
    return {"Idempotency-Key": value or uuid.uuid4().hex}


def caller(app: FastAPI, secret: str = "", **more: Any) -> TestClient:
    if not secret:
        with app.state.services.database.session() as session:
            secret = create(session, "t", "operator", None)
    return TestClient(app, headers={"X-API-Key": secret}, raise_server_exceptions=False)


@pytest.fixture
def processes(database_url: str, opened) -> Open:
    """processes() -> a further app on one database."""
    return partial(opened, database_url)


@pytest.fixture
def portrait(lfw: DataSet) -> bytes:
    return (lfw.root / "lfw-deepfunneled" / "Abel_Pacheco" / "Abel_Pacheco_0001.jpg").read_bytes()


def count(app: FastAPI, kind: Any) -> int:
    with app.state.services.database.session() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_every_post_takes_a_key_or_is_named_with_its_reason(app: FastAPI) -> None:
    found = [c for c in iter_route_contexts(app.routes) if isinstance(c.original_route, APIRoute)]
    posts = {f"POST {c.path}": c for c in found if "POST" in (c.methods or ())}
    with_key = {
        name
        for name, context in posts.items()
        if {module.once, module.once_by_code} & {each.call for each in context.dependant.dependencies}
    }
    assert set(posts) - with_key == set(WITHOUT)


def test_the_same_request_again_gets_the_first_answer_and_is_done_once(operator, app) -> None:
    sent = key()
    first, again = (operator.post(VEHICLES, json=BODY, headers=sent) for _ in range(2))
    assert (first.status_code, first.headers.get("idempotency-replayed")) == (201, None)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.json() == first.json() and again.headers["etag"] == first.headers["etag"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert count(app, Vehicle) == 1
    assert operator.post(VEHICLES, json=BODY).status_code == 409, "without the key it is a new request"
    other = operator.post(VEHICLES, json={**BODY, "reference": "flat 8"}, headers=sent)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    elsewhere = operator.post("/v1/estates/west/vehicles", json=BODY, headers=sent)
    assert elsewhere.json()["code"] == "idempotency-key-reused"


def test_a_key_is_the_caller_s_own(app, client, operator) -> None:
    sent = key()
    assert operator.post(VEHICLES, json=BODY, headers=sent).status_code == 201
    assert client("property", "east").post(VEHICLES, json=BODY, headers=sent).status_code == 409, (
        "carried out, not replayed"
    )
    wrong = TestClient(app, headers={"X-API-Key": "zhsq_wrong"})
    assert wrong.post(VEHICLES, json=BODY, headers=sent).status_code == 401
    assert client("guard", "east").post(VEHICLES, json=BODY, headers=sent).status_code == 403
    assert count(app, KeptAnswer) == 1, "nothing is kept of what was refused"


@pytest.mark.parametrize("sent", ["", "x" * 129, "two words", "é"])
def test_a_key_that_is_none_is_refused(operator, sent: str) -> None:
    done = operator.post(VEHICLES, json=BODY, headers={"Idempotency-Key": sent.encode("latin-1")})
    assert (done.status_code, done.json()["code"]) == (422, "invalid-request")


def test_what_was_no_success_may_be_tried_again_with_its_key(operator) -> None:
    sent = key()
    assert operator.post(VEHICLES, json={"plate": "HELLO"}, headers=sent).status_code == 422
    assert operator.post(VEHICLES, json={}, headers=sent).status_code == 422
    assert operator.post(VEHICLES, json=BODY, headers=sent).status_code == 201


def test_it_holds_after_a_restart_and_in_another_process(processes: Open) -> None:
    first = processes()
    one = caller(first)
    one.post("/v1/estates", json={"id": "east", "name": "east"})
    sent = key()
    made = one.post("/v1/estates/east/devices", json={"name": "gate"}, headers=sent)
    second = processes()
    two = caller(second, one.headers["x-api-key"])
    again = two.post("/v1/estates/east/devices", json={"name": "gate"}, headers=sent)
    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, made.json(), "true")
    assert count(second, Device) == 1


def test_of_many_at_once_in_two_processes_one_is_carried_out(processes: Open) -> None:
    first, second = processes(), processes()
    one = caller(first)
    one.post("/v1/estates", json={"id": "east", "name": "east"})
    clients = [one, caller(second, one.headers["x-api-key"])]
    sent, codes = key(), []

    def send(client: TestClient) -> None:
        done = client.post(VEHICLES, json=BODY, headers=sent)
        codes.append((done.status_code, "" if done.status_code == 201 else done.json()["code"]))

    threads = [threading.Thread(target=send, args=(clients[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 8 and set(codes) <= {(201, ""), (409, "request-under-way")} and (201, "") in codes
    assert count(first, Vehicle) == 1


def test_one_under_way_is_409_and_the_work_is_not_begun_again(operator, app, monkeypatch) -> None:
    begun, go_on, done, sent = threading.Event(), threading.Event(), [], key()
    settle = answers.settle

    def slow(*given: Any, **named: Any) -> None:
        begun.set()
        go_on.wait(10)
        settle(*given, **named)

    monkeypatch.setattr(answers, "settle", slow)
    thread = threading.Thread(target=lambda: done.append(operator.post(VEHICLES, json=BODY, headers=sent)))
    thread.start()
    assert begun.wait(10)
    waits = operator.post(VEHICLES, json=BODY, headers=sent)
    assert (waits.status_code, waits.json()["code"], waits.headers["retry-after"]) == (409, "request-under-way", "1")
    go_on.set()
    thread.join()
    assert done[0].status_code == 201 and operator.post(VEHICLES, json=BODY, headers=sent).json() == done[0].json()


def test_killed_before_the_commit_nothing_is_noted_and_it_can_be_sent_again_at_once(operator, app, monkeypatch) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    sent = key()
    with monkeypatch.context() as patched:
        patched.setattr(answers, "settle", killed)
        assert operator.post(VEHICLES, json=BODY, headers=sent).status_code == 500
    assert (count(app, Vehicle), count(app, KeptAnswer)) == (0, 0)
    assert operator.post(VEHICLES, json=BODY, headers=sent).status_code == 201


def test_a_request_with_a_key_costs_one_commit_more_for_its_answer(operator, app) -> None:
    commits: list[str] = []
    event.listen(app.state.services.database.engine, "commit", lambda _: commits.append("commit"))

    def spent(**headers: str) -> int:
        commits.clear()
        name = uuid.uuid4().hex
        assert operator.post("/v1/estates/east/devices", json={"name": name}, headers=headers).status_code == 201
        return len(commits)

    assert spent(**key()) == spent() + 1


def test_killed_behind_the_commit_it_is_not_done_again(operator, app, monkeypatch) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    sent = key()
    with monkeypatch.context() as patched:
        patched.setattr(answers.Answers, "keep", killed)
        patched.setattr(answers.Answers, "drop", lambda *_, **__: None)
        assert operator.post(VEHICLES, json=BODY, headers=sent).status_code == 500
    assert count(app, Vehicle) == 1
    monkeypatch.setattr(app.state.services.answers, "_under_way", {})  # as in the process that is started then
    assert operator.post(VEHICLES, json=BODY, headers=sent).json()["code"] == "request-under-way"
    with app.state.services.database.session() as session:
        session.execute(update(KeptAnswer).values(started_at=now() - answers.LEASE))
    gone = operator.post(VEHICLES, json=BODY, headers={**sent, "Accept-Language": "zh"})
    assert (gone.status_code, gone.json()["code"]) == (409, "answer-gone")
    assert gone.json()["detail"] == "该请求已执行，其应答已不再保存；请查看相应列表。"
    assert count(app, Vehicle) == 1


def test_of_two_processes_the_second_is_rolled_back_and_gives_the_answer_of_the_first(processes: Open) -> None:
    """Both looked before either had committed: what the first made is in the second's way, or its note is."""
    first, second = processes(), processes()
    one = caller(first)
    one.post("/v1/estates", json={"id": "east", "name": "east"})
    two = caller(second, one.headers["x-api-key"])
    shared = second.state.services.answers
    look, other = shared._look, []
    for path, body in ((VEHICLES, BODY), ("/v1/estates/east/invitations", INVITATION)):
        sent = key()

        def overtaken(*given: Any) -> Any:
            found = look(*given)
            shared._look = look
            other.append(one.post(path, json=body, headers=sent))  # noqa: B023
            return found

        shared._look = overtaken
        done = two.post(path, json=body, headers=sent)
        assert (done.status_code, done.headers["idempotency-replayed"]) == (201, "true")
        assert done.json() == other[-1].json()
    assert (count(first, Vehicle), count(first, Invitation)) == (1, 1)


def test_after_a_day_a_key_is_free_again_and_the_jobs_let_answers_go(operator, app) -> None:
    sent = key()
    operator.post(VEHICLES, json=BODY, headers=sent)
    with app.state.services.database.session() as session:
        session.execute(update(KeptAnswer).values(started_at=now() - timedelta(hours=24)))
    assert operator.post(VEHICLES, json=BODY, headers=sent).status_code == 409, "a new request: the plate is there"
    operator.post("/v1/estates/east/devices", json={"name": "gate"}, headers=key())
    with app.state.services.database.session() as session:
        session.execute(update(KeptAnswer).values(started_at=now() - timedelta(hours=24)))
    shared = app.state.services
    assert run(shared.database, shared.keys, shared.settings).let_go == {"answers": 2}


def test_secrets_shown_once_are_answered_again_and_are_nowhere_in_the_clear(operator, app, tmp_path: Path) -> None:
    told = []
    for path, body, name in (
        ("/v1/estates/east/invitations", INVITATION, "code"),
        ("/v1/targets", {"name": "t", "url": "https://127.0.0.1:9/"}, "secret"),
    ):
        sent = key()
        first, again = (operator.post(path, json=body, headers=sent) for _ in range(2))
        assert again.json() == first.json()
        told.append(first.json()[name])
    app.state.services.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("serve.db*"))
    assert not [secret for secret in told if secret.encode() in stored]


@pytest.mark.data
def test_an_answer_goes_with_the_person_and_a_late_repetition_enrols_nobody(operator, app, portrait) -> None:
    form = {
        "reference": "flat 502", "consent_purpose": "entry", "consent_evidence": "form", "credential_kind": "card",
        "consent_expires_at": "2040-01-01T00:00:00Z", "credential_reference": "card 1",
    }  # fmt: skip

    def enrol(headers: dict[str, str], photo: bytes = portrait, **changes: str) -> Any:
        files = {"image": ("a.jpg", photo)}
        return operator.post("/v1/estates/east/subjects", data=form | changes, files=files, headers=headers)

    sent = key()
    made, again = enrol(sent), enrol(sent)  # each with a boundary of its own
    assert made.status_code == 201, made.text
    assert again.json() == made.json() and count(app, Subject) == 1
    assert enrol(sent, reference="flat 503").json()["code"] == "idempotency-key-reused"
    assert enrol(sent, portrait + b"\0").json()["code"] == "idempotency-key-reused"
    assert operator.delete(f"/v1/estates/east/subjects/{made.json()['subject']}").status_code == 200
    with app.state.services.database.session() as session:
        kept = session.scalars(select(KeptAnswer)).one()
        assert kept.answer is None and kept.done_at is not None
    assert enrol(sent).json()["code"] == "answer-gone"
    assert count(app, Subject) == 0


@pytest.mark.data
def test_a_resident_who_sends_twice_is_enrolled_once_and_gets_the_code_again(operator, app, portrait) -> None:
    invited = operator.post("/v1/estates/east/invitations", json=INVITATION).json()
    with TestClient(app, headers={"X-Resident-Code": invited["code"]}) as resident:
        agreed = resident.get("/v1/resident").json()["consent"]["zh"]["sha256"]
        sent = key()
        done = [
            resident.post(
                "/v1/resident/enrolment",
                data={"agreed": agreed, "under_14": "false"},
                files={"image": ("a.jpg", portrait)},
                headers=sent,
            )
            for _ in range(2)
        ]
    assert [each.status_code for each in done] == [201, 201], done[0].text
    assert done[0].json() == done[1].json() and count(app, Subject) == 1
    wrong = TestClient(app, headers={"X-Resident-Code": "0000-0000-0000-0000"})
    assert wrong.post("/v1/resident/enrolment", headers=sent, data={}).status_code in (401, 422)
    subject = operator.get("/v1/estates/east/subjects").json()["items"][0]["id"]
    operator.delete(f"/v1/estates/east/subjects/{subject}")
    with app.state.services.database.session() as session:
        assert session.scalars(select(KeptAnswer.answer)).all() == [None], "the code in it goes, too"
        assert session.scalar(select(Invitation.used_at)) is not None


def test_an_answer_goes_when_retention_lets_go_of_what_it_tells_of(operator, app) -> None:
    operator.post("/v1/estates/east/invitations", json=INVITATION, headers=key())
    shared = app.state.services
    with shared.database.session() as session:
        session.execute(update(Invitation).values(expires_at=now() - timedelta(days=31)))
    assert run(shared.database, shared.keys, shared.settings).let_go == {"invitations": 1}
    with shared.database.session() as session:
        assert session.scalars(select(KeptAnswer.answer)).all() == [None]


def test_without_the_key_that_protects_it_an_answer_is_gone_and_nothing_is_done_twice(operator, app) -> None:
    sent = key()
    operator.post(VEHICLES, json=BODY, headers=sent)
    with app.state.services.database.session() as session:
        session.execute(update(KeptAnswer).values(answer=b"0123456789ab:broken"))
    assert operator.post(VEHICLES, json=BODY, headers=sent).json()["code"] == "answer-gone"
    assert count(app, Vehicle) == 1
