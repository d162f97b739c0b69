"""What a resident may do with a code, and what nobody may with a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from zhsq.serve.privacy.consents import code_digest, new_code
from zhsq.serve.privacy.wording import statement
from zhsq.serve.store.tables import AuditEntry, Invitation, now

INVITATION = {
    "reference": "3-502",
    "purpose": "entry by face",
    "credential_kind": "pin",
    "credential_reference": "pin 7",
    "consent_expires_at": "2099-01-01T00:00:00Z",
}


@pytest.fixture
def resident(app) -> Callable[..., httpx.Response]:
    """resident(code, method, path, **request) -> the answer, without any key."""
    bare = TestClient(app, raise_server_exceptions=False)

    def ask(code: str, method: str = "GET", path: str = "", **request: Any) -> httpx.Response:
        return bare.request(method, f"/v1/resident{path}", headers={"X-Resident-Code": code}, **request)

    return ask


def invite(client: TestClient, **changes: Any) -> dict[str, Any]:
    made = client.post("/v1/estates/east/invitations", json=INVITATION | changes)
    assert made.status_code == 201, made.text
    return made.json()


def enrol(resident, code: str, image: bytes, **changes: Any) -> httpx.Response:
    if "agreed" not in changes:
        changes["agreed"] = resident(code).json()["consent"]["en"]["sha256"]
    data = {"under_14": "false"} | changes
    return resident(code, "POST", "/enrolment", data=data, files={"image": ("p.jpg", image)})


def test_codes_are_read_as_people_write_them_and_only_their_digest_is_stored(app, operator) -> None:
    code = new_code()
    assert len(code) == 19 and code != new_code()
    assert code_digest(code) == code_digest(code.lower().replace("-", " "))
    assert code_digest("O0IL-1111") == code_digest("0011-1111")
    made = invite(operator)
    assert made["link"].endswith(f"/enrol#{made['code']}")
    with app.state.services.database.session() as session:
        stored = session.scalar(select(Invitation))
        assert made["code"] not in [value for value in vars(stored).values() if isinstance(value, str)]
    assert "code" not in operator.get("/v1/estates/east/invitations").json()["items"][0]


def test_a_wrong_used_revoked_or_expired_code_is_refused_alike(app, operator, resident) -> None:
    made = invite(operator)
    assert resident(made["code"]).json()["state"] == "invited"
    refused = [resident(""), resident("0000-0000-0000-0000")]
    with app.state.services.database.session() as session:
        session.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
    refused.append(resident(made["code"]))
    revoked = invite(operator)
    assert operator.delete(f"/v1/estates/east/invitations/{revoked['id']}").status_code == 204
    refused.append(resident(revoked["code"]))
    assert {(done.status_code, done.json()["code"]) for done in refused} == {(401, "bad-code")}
    assert len({done.json()["detail"] for done in refused}) == 1, "nothing tells which it was"


def test_who_guesses_codes_has_to_wait_and_it_is_audited(app, resident) -> None:
    answers = [resident("0000-0000-0000-0000").status_code for _ in range(30)]
    assert answers[0] == 401 and answers[-1] == 429
    with app.state.services.database.session() as session:
        assert session.scalar(select(AuditEntry.outcome).where(AuditEntry.action == "auth.wait"))


def test_the_statement_names_estate_purpose_other_way_end_and_retention() -> None:
    for language, words in {
        "en": ("East", "entry", "your card", "2030-01-01", "3 years"),
        "zh": ("东苑", "进门", "门禁卡", "2030-01-01", "3 年"),
    }.items():
        made = statement(
            language,
            estate=words[0],
            purpose=words[1],
            credential="card",
            until=now().replace(year=2030, month=1, day=1),
            kept_days=1095,
        )
        text = "".join(part for _, part in made.paragraphs)
        assert all(word in text for word in words), language
        assert "{" not in text


@pytest.mark.data
def test_nobody_enrols_without_agreeing_to_the_words_that_hold_and_a_guardian_for_a_child(
    operator, resident, face_photo
) -> None:
    code = invite(operator)["code"]
    other = enrol(resident, code, face_photo, agreed="0" * 64)
    assert (other.status_code, other.json()["code"]) == (422, "consent-required")
    child = enrol(resident, code, face_photo, under_14="true")
    assert (child.status_code, child.json()["code"]) == (422, "guardian-required")
    assert resident(code).json()["state"] == "invited", "a refusal does not use the invitation up"


@pytest.mark.data
def test_a_code_enrols_once_and_the_personal_one_reaches_its_own_record_only(operator, resident, face_photo) -> None:
    first, second = invite(operator), invite(operator, reference="3-503")
    done = enrol(resident, first["code"], face_photo)
    assert done.status_code == 201, done.text
    again = resident(first["code"], "POST", "/photo", files={"image": ("p.jpg", face_photo)})
    assert (again.status_code, again.json()["code"]) == (401, "bad-code")
    mine = done.json()["code"]
    assert resident(mine).json() == {"state": "enrolled", "estate": "east", "consent": None}
    assert resident(mine, path="/record").json()["reference"] == "3-502"
    assert resident(mine, "POST", "/photo", files={"image": ("p.jpg", face_photo)}).status_code == 409
    assert resident(second["code"], path="/record").status_code == 409
    assert resident(mine, "POST", "/withdraw").status_code == 200
    assert resident(mine).json()["state"] == "ended"
    assert resident(mine, "POST", "/withdraw").json()["withdrawn_at"], "again is harmless"


@pytest.mark.data
def test_two_at_once_with_one_invitation_enrol_one(operator, resident, face_photo) -> None:
    code = invite(operator)["code"]
    agreed = resident(code).json()["consent"]["en"]["sha256"]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: enrol(resident, code, face_photo, agreed=agreed), range(2)))
    assert sorted(answer.status_code for answer in done) in ([201, 409], [201, 401])
    winner = next(answer for answer in done if answer.status_code == 201)
    assert winner.json()["consent_expires_at"] == "2099-01-01T00:00:00Z"
    assert operator.get("/v1/estates/east/assessment").json()["people_stored"] == 1


def test_the_page_may_load_and_send_nothing_else(app) -> None:
    bare = TestClient(app)
    for path in ("/enrol", "/enrol/enrol.css", "/enrol/enrol.js", "/enrol/texts.js"):
        answer = bare.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
        assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
