"""A small real face bundle, and photos for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.deploy.parity import Items, Reference, items_for
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve


@pytest.fixture(scope="session")
def small_face(home: Path) -> Bundle:
    """YuNet and MobileFaceNet."""
    return resolve("face-mobilefacenet")


@pytest.fixture(scope="session")
def people(lfw) -> Items:
    """Two photos each of ten people: 190 pairs."""
    return items_for("face", "lfw", limit=20)


@pytest.fixture(scope="session")
def reference(small_face: Bundle, people: Items) -> Reference:
    return Reference(small_face, people, threads=1)
