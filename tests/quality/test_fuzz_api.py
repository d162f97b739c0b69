"""The whole OpenAPI by Schemathesis, with a key of every role, on both databases: no 500, no hang, answers as described."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.models.bundle import Bundle
from zhsq.serve.security.keys import ESTATE_ROLES, ROLES, create
from zhsq_testing.conformance import conform
from zhsq_testing.process import ESTATE, Api

UNLIMITED = {"ZHSQ_SERVE_RATE_LIMIT": "1000000/minute", "ZHSQ_SERVE_FAILURE_LIMIT": "1000000/minute"}


def test_an_operator_s_calls_are_answered_as_described(
    size, tmp_path: Path, database_url: str, face_bundle: Bundle, plate_bundle: Bundle
) -> None:
    with Api(tmp_path, database_url, face_bundle, plate_bundle, UNLIMITED) as api:
        api.prepare()
        api.start()
        for seed, estate in enumerate(("", ESTATE)):
            found = conform(api.url, api.key, tmp_path, examples=size("EXAMPLES", 40), seed=seed, estate=estate)
            print(found)
            assert found.failures == ()
        assert '"error":' not in api.logged(), "an error that no one foresaw is in the log"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
def test_other_roles_calls_are_answered_as_described(
    size, tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle, role: str
) -> None:
    with Api(tmp_path, f"sqlite:///{tmp_path / 'store.db'}", face_bundle, plate_bundle, UNLIMITED) as api:
        api.prepare()
        database = api.database()
        with database.session() as session:
            key = create(session, role, role, ESTATE if role in ESTATE_ROLES else None)
        database.close()
        api.start()
        found = conform(api.url, key, tmp_path, examples=size("ROLE_EXAMPLES", 8), seed=7, estate=ESTATE)
        print(found)
        assert found.failures == ()
        assert '"error":' not in api.logged(), "an error that no one foresaw is in the log"
