"""Mutated CloudEvents and cameras' bodies through the API on both databases: no 500, no hang, no event half stored."""

from __future__ import annotations

from pathlib import Path

from zhsq.models.bundle import Bundle
from zhsq_testing.bodies import bodies
from zhsq_testing.fuzz import send_bodies
from zhsq_testing.process import Api


def test_mutated_events_get_an_answer_or_a_problem(
    size, tmp_path: Path, database_url: str, face_bundle: Bundle, plate_bundle: Bundle
) -> None:
    with Api(tmp_path, database_url, face_bundle, plate_bundle) as api:
        api.prepare()
        api.start()
        account = send_bodies(api, bodies(size("EVENTS", 5_000)))
        logged = api.logged()
    print(account)
    assert account.faults == []
    assert '"error":' not in logged, "an error that no one foresaw is in the log"
    assert account.answers[202] > account.sent // 50, "or nothing gets as far as the store"
