"""Killed at random while it writes: no acknowledged write is lost, nothing is half there, no decision is wrong afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.models.bundle import Bundle
from zhsq_testing.kills import killed_at_random
from zhsq_testing.process import Api


@pytest.mark.data
def test_killed_at_random_it_loses_nothing_that_it_acknowledged(
    size, tmp_path: Path, database_url: str, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    with Api(tmp_path, database_url, face_bundle, plate_bundle) as api:
        account = killed_at_random(api, residents(16), kills=size("KILLS", 50))
    print(account)
    assert account.faults == []
