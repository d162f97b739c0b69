"""The API against its own OpenAPI document, a few calls of each operation; many more, and every role: `make quality`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from zhsq.serve.security.keys import create
from zhsq.serve.server import Server
from zhsq_testing.conformance import conform

pytestmark = pytest.mark.skipif(
    shutil.which("schemathesis", path=str(Path(sys.executable).parent)) is None,
    reason="the development group is not installed",
)


def test_calls_by_the_openapi_document_are_answered_as_it_says(app: FastAPI, tmp_path: Path) -> None:
    with app.state.services.database.session() as session:
        key = create(session, "fuzz", "operator", None)
    with Server(app) as server:
        found = conform(server.url, key, tmp_path, examples=1, seed=3, phases=("fuzzing",))
    assert found.failures == ()
    assert found.calls >= found.operations > 50
