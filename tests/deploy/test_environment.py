"""The server's environment beside zhsq's own."""

from __future__ import annotations

import tomllib
from pathlib import Path

from zhsq.deploy.environment import PINS, SHARED_PINS

ROOT = Path(__file__).resolve().parents[2]


def test_both_sides_compute_with_the_same_releases() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    locked = {package["name"]: package["version"] for package in lock["package"]}
    for pin in SHARED_PINS:
        name, _, release = pin.partition("==")
        assert locked[name] == release, f"{name}: the lock and zhsq.deploy.environment differ"


def test_the_container_gets_the_same_pins() -> None:
    lines = (ROOT / "deploy" / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == sorted(
        pin for pin in PINS if not pin.startswith("nvidia-pytriton")
    )
