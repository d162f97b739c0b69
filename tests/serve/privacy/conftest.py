"""People enrolled from made-up templates: what is tested here is what happens to them, not how they look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from fastapi import FastAPI

from zhsq.models.graph import FloatArray
from zhsq.serve.matching.gallery import Identification, identify
from zhsq.serve.privacy.consents import Terms
from zhsq.serve.privacy.enrolling import Person, Photographed, enrol
from zhsq.serve.services import Services
from zhsq.serve.store.tables import now


def face(seed: int, size: int = 256) -> FloatArray:
    """An L2-normalised vector (size,) float32."""
    drawn = np.random.default_rng(seed).standard_normal(size)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


@pytest.fixture
def face_of() -> Callable[[int], FloatArray]:
    """face_of(seed) -> the template that `enrolled(seed)` stores, before protection."""
    return face


@pytest.fixture
def shared(app: FastAPI) -> Services:
    return app.state.services


@pytest.fixture
def enrolled(operator, shared: Services) -> Callable[..., str]:
    """enrolled(seed, estate='east', expires_at=in a year, **terms) -> the subject's id."""

    def make(seed: int, estate: str = "east", expires_at: datetime | None = None, code: str = "", **terms) -> str:
        agreed = Terms("entry", f"form {seed}", expires_at or now() + timedelta(days=365), **terms)
        made = Photographed(face(seed), shared.face.bundle.sha256)
        person = Person(f"flat {seed}", "card", f"card {seed}")
        with shared.database.session() as session:
            return enrol(session, shared, shared.estate(session, estate), person, agreed, [made], "test", code).id

    return make


@pytest.fixture
def found(shared: Services) -> Callable[..., Identification]:
    """found(seed, estate='east', at=now) -> who that face is."""

    def search(seed: int, estate: str = "east", at: datetime | None = None) -> Identification:
        with shared.database.session() as session:
            there = shared.estate(session, estate)
            space = shared.space(there)
            gallery = shared.gallery(session, there, space)
        return identify(space.guard.rotate(face(seed)), gallery, threshold=0.5, margin=0.02, at=at or now())

    return search
