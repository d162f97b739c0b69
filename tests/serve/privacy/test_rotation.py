"""Keys rotate and templates are revoked while the API answers; decisions stay, and what leaked is worth nothing."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.serve.privacy import jobs, rotation
from zhsq.serve.security.key_provider import FileKeys
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.store.tables import Estate, Template


@pytest.fixture
def keys(shared, tmp_path) -> FileKeys:
    """The app's keys, from a file."""
    made = FileKeys(tmp_path / "keys" / "master.key")
    shared.keys = TemplateKeys(made)
    return made


def test_old_and_new_keys_work_side_by_side_until_the_job_has_been(shared, keys, enrolled, found) -> None:
    old = enrolled(1)
    first, second = keys.ids()[0], keys.add()
    score = found(1).score
    keys.activate(second)
    new = enrolled(2)
    assert (found(1).subject, found(2).subject) == (old, new)
    assert found(1).score == pytest.approx(score, abs=1e-6)
    with shared.database.session() as session:
        assert rotation.under_key(session) == {first: 1, second: 1}
        with pytest.raises(ZhsqError, match="Run the jobs"):
            rotation.refuse_in_use(session, first)
    assert jobs.run(shared.database, shared.keys, shared.settings).reprotected == 1
    with shared.database.session() as session:
        rotation.refuse_in_use(session, first)
    keys.remove(first)
    assert (found(1).subject, found(2).subject, found(3).decision) == (old, new, "unknown")
    assert jobs.run(shared.database, shared.keys, shared.settings).reprotected == 0


def test_what_leaked_before_a_revocation_matches_nothing_after_it(shared, keys, enrolled, found) -> None:
    subject, elsewhere = enrolled(1), enrolled(2, "west")

    def opened() -> np.ndarray:
        with shared.database.session() as session:
            estate = session.get(Estate, "east")
            template = session.scalar(select(Template).where(Template.subject_id == subject))
            space = shared.space(estate)
            return shared.keys.open(template.sealed, template.key_id, subject, estate.salt, space)

    assert found(1).subject == subject
    leaked, score = opened(), found(1).score
    with shared.database.session() as session:
        assert rotation.revoke(session, shared.keys, "east", "test") == 1
    assert found(1).subject == subject, "nobody has to enrol again, and no server has to start again"
    assert found(1).score == pytest.approx(score, abs=1e-6)
    assert abs(float(leaked @ opened())) < 0.4
    assert found(2, "west").subject == elsewhere, "another estate is left as it was"
    with shared.database.session() as session, pytest.raises(UnknownNameError):
        rotation.revoke(session, shared.keys, "north", "test")


def test_decisions_are_those_of_the_plain_vectors(shared, enrolled, found, face_of) -> None:
    people = {seed: enrolled(seed) for seed in range(12)}
    plain = np.stack([face_of(seed) for seed in people])
    for seed in range(24):
        scores = plain @ face_of(seed)
        best = int(scores.argmax())
        lead = scores[best] - np.sort(scores)[-2]
        expected = people[best] if scores[best] >= 0.5 and lead >= 0.02 else None
        assert found(seed).subject == expected
