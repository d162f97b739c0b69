"""Network namespaces, where they are permitted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

with pytest.MonkeyPatch.context() as patch:  # a script, and no part of the package
    patch.syspath_prepend(Path(__file__).resolve().parents[3] / "benchmarks")
    from estate_line import ADDRESSES, End, EstateLine, why_not

__all__ = ["ADDRESSES", "End", "EstateLine", "line_between_namespaces"]


@pytest.fixture(scope="session")
def line_between_namespaces() -> None:
    """Skips where no line can be cut, or the site's broker can't be started."""
    if reason := why_not():
        pytest.skip(reason)
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed")
