"""Killed at random while it writes: no acknowledged write is lost, nothing is half there, no decision is wrong afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.models.bundle import Bundle
from zhsq_testing.kills import ended_while_it_writes, killed_at_random
from zhsq_testing.process import Api


@pytest.mark.data
def test_killed_at_random_it_loses_nothing_that_it_acknowledged(
    size, tmp_path: Path, database_url: str, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    with Api(tmp_path, database_url, face_bundle, plate_bundle) as api:
        account = killed_at_random(api, residents(16), kills=size("KILLS", 50))
    print(account)
    assert account.faults == []


@pytest.mark.data
def test_told_to_stop_it_ends_what_is_under_way_and_turned_away_requests_leave_nothing(
    size, tmp_path: Path, database_url: str, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    """By SIGTERM, with more requests at once than it takes."""
    crowded = {"ZHSQ_SERVE_MAX_IN_FLIGHT": "2"}
    with Api(tmp_path, database_url, face_bundle, plate_bundle, crowded) as api:
        account = ended_while_it_writes(api, residents(8), times=size("STOPS", 3), end=api.stop)
        logged = api.logged()
    print(account)
    assert account.faults == []
    assert account.refused.get(503), "nobody was turned away"
    assert logged.count("Application shutdown complete") >= account.times
