"""Settings that can't work are refused where they are read."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from zhsq.models.anomaly.params import AnomalyParams


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": 24, "step": 16},  # cells of 16 would not tile windows of 24
        {"window": 24, "step": 48},
        {"window": 64, "step": 32, "height": 48},
        {"window": 20},
        {"newest": 0},
        {"smoothing": 0.5},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        AnomalyParams(**wrong)


def test_other_windows_that_tile_are_taken() -> None:
    assert AnomalyParams(window=32, step=8, height=32).window == 32
