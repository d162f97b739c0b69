"""The long suites of `make quality`. `pytest` alone leaves them out; `pytest tests/quality/test_x.py` runs one.

Each takes its size by the fixture `size`: as the issue asks for, unless the environment says otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.quality)
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def size() -> Callable[[str, int], int]:
    """size("KILLS", 50): $ZHSQ_QUALITY_KILLS when it is set, else 50 times $ZHSQ_QUALITY_SCALE (1), at least 1."""

    def take(name: str, full: int) -> int:
        given = os.environ.get(f"ZHSQ_QUALITY_{name}")
        scale = float(os.environ.get("ZHSQ_QUALITY_SCALE", "1"))
        return int(given) if given else max(1, round(full * scale))

    return take
