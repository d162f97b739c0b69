"""A small version of the fault suite (`make quality` runs it whole): a real server, killed while it is written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.models.bundle import Bundle
from zhsq_testing.kills import killed_at_random
from zhsq_testing.process import Api


@pytest.mark.data
def test_killed_twice_while_it_is_written_to_it_loses_nothing_that_it_acknowledged(
    tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    with Api(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", face_bundle, plate_bundle) as api:
        assert killed_at_random(api, residents(6), kills=2).faults == []
