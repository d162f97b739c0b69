"""Who is named: the best person only, alive by consent, ahead of the next person, and nobody when in doubt."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from zhsq.serve.matching.gallery import Entry, Gallery, identify
from zhsq.serve.matching.index import VectorError

NOON = datetime(2026, 11, 24, 12)
LATER = NOON + timedelta(days=30)
PROBE = np.array([1, 0, 0], np.float32)


def at_cosine(cosine: float, axis: int = 1) -> np.ndarray:
    """A unit vector of that cosine with PROBE."""
    vector = np.zeros(3, np.float32)
    vector[0], vector[axis] = cosine, (1 - cosine**2) ** 0.5
    return vector


def entry(subject: str, cosine: float, expires: datetime = LATER, axis: int = 1) -> Entry:
    return Entry(subject, at_cosine(cosine, axis), expires)


def ask(*entries: Entry, threshold: float = 0.5, margin: float = 0.1, at: datetime = NOON):
    return identify(PROBE, Gallery(entries), threshold=threshold, margin=margin, at=at)


def test_the_most_alike_person_is_named_with_score_and_lead() -> None:
    found = ask(entry("ann", 0.6), entry("bo", 0.8), entry("cy", 0.1))
    assert (found.decision, found.subject, found.gallery, found.threshold) == ("match", "bo", 3, 0.5)
    assert found.score == pytest.approx(0.8) and found.margin == pytest.approx(0.2)


def test_below_the_threshold_nobody_is_named_and_no_score_is_given() -> None:
    found = ask(entry("ann", 0.49), entry("bo", 0.1))
    assert (found.decision, found.subject, found.score, found.margin) == ("unknown", None, None, None)
    assert found.gallery == 2


def test_between_two_alike_people_nobody_is_named() -> None:
    assert ask(entry("ann", 0.8), entry("twin", 0.75)).decision == "unknown"
    assert ask(entry("ann", 0.8), entry("twin", 0.75), margin=0.04).subject == "ann"
    assert ask(entry("ann", 0.8), entry("twin", 0.8, axis=2), margin=0.01).decision == "unknown"


def test_the_margin_is_to_the_next_person_not_to_another_template_of_the_same() -> None:
    several = [entry("ann", 0.9), entry("ann", 0.89), entry("ann", 0.85), entry("ann", 0.8, axis=2)]
    found = ask(*several, entry("bo", 0.3))
    assert (found.subject, found.gallery) == ("ann", 2)
    assert found.margin == pytest.approx(0.6)
    assert ask(*several, entry("bo", 0.82)).decision == "unknown"


def test_a_person_alone_leads_by_score_plus_one() -> None:
    found = ask(entry("ann", 0.9), entry("ann", 0.7))
    assert (found.subject, found.gallery) == ("ann", 1)
    assert found.margin == pytest.approx(1.9)


def test_an_expired_consent_is_not_named_not_counted_and_masks_nobody() -> None:
    # Expired ann is the best, and expired bo would spoil the margin of cy.
    entries = (
        entry("ann", 0.95, NOON),
        entry("bo", 0.78, NOON - timedelta(days=1)),
        entry("cy", 0.8),
        entry("di", 0.2),
    )
    found = ask(*entries)
    assert (found.decision, found.subject, found.gallery) == ("match", "cy", 2)
    assert found.margin == pytest.approx(0.6)


def test_one_gallery_answers_for_each_time_by_the_consents_of_that_time() -> None:
    entries = [entry("ann", 0.9, NOON), entry("bo", 0.7, LATER), entry("ann", 0.3, LATER)]
    gallery = Gallery(entries)

    def who(at: datetime) -> tuple[str | None, int]:
        found = identify(PROBE, gallery, threshold=0.5, margin=0.1, at=at)
        return found.subject, found.gallery

    assert who(NOON - timedelta(microseconds=1)) == ("ann", 2)
    assert who(NOON) == ("bo", 2)  # ann's other template still holds, and is far from the probe
    assert who(LATER - timedelta(seconds=1)) == ("bo", 2)
    assert who(LATER) == (None, 0)
    assert who(NOON - timedelta(days=1)) == ("ann", 2)  # and back again


def test_a_gallery_of_nobody_knows_nobody() -> None:
    found = ask()
    assert (found.decision, found.gallery, len(Gallery([]))) == ("unknown", 0, 0)
    assert Gallery([]).best(PROBE, NOON) == []


def test_among_thousands_with_many_expired_the_answer_is_that_of_a_plain_search() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((4000, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    days = rng.integers(0, 100, 4000)
    entries = [
        Entry(f"p{i % 1500}", vector, NOON + timedelta(days=int(day)))
        for i, (vector, day) in enumerate(zip(vectors, days, strict=True))
    ]
    gallery = Gallery(entries)
    for probe in vectors[:5]:
        for day in (0, 30, 99):
            at = NOON + timedelta(days=day)
            best: dict[str, float] = {}
            for item in entries:
                if item.expires_at > at:
                    score = float(item.vector.astype(np.float64) @ probe.astype(np.float64))
                    best[item.subject] = max(score, best.get(item.subject, -2))
            expected = sorted(best.items(), key=lambda pair: -pair[1])[:2]
            found = gallery.best(probe, at)
            assert [subject for subject, _ in found] == [subject for subject, _ in expected]
            assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)
            assert gallery.people(at) == len(best)


def test_people_as_alike_as_a_threshold_are_told_each_with_their_best_template() -> None:
    gallery = Gallery(
        [
            *(entry("ann", cosine) for cosine in (0.9, 0.89, 0.3)),
            entry("bo", 0.8),
            entry("cy", 0.79, NOON),
            entry("di", 0.5),
        ]
    )
    assert gallery.alike(PROBE, NOON, 0.5) == [("ann", pytest.approx(0.9)), ("bo", pytest.approx(0.8)), ("di", 0.5)]
    assert [who for who, _ in gallery.alike(PROBE, NOON, 0.5, besides="ann")] == ["bo", "di"]
    assert [who for who, _ in gallery.alike(PROBE, NOON, 0.6, besides="ann")] == ["bo"]
    assert [who for who, _ in gallery.alike(PROBE, NOON, 0.1, limit=2)] == ["ann", "bo"]
    assert [who for who, _ in gallery.alike(PROBE, NOON, 0.1, besides="bo", limit=2)] == ["ann", "di"]
    assert Gallery([]).alike(PROBE, NOON, 0) == []


def test_a_person_s_own_templates_are_given_as_long_as_their_consent_holds() -> None:
    gallery = Gallery([entry("ann", 0.9), entry("bo", 0.8, NOON), entry("ann", 0.2, NOON)])
    before = NOON - timedelta(days=1)
    assert sorted(float(vector[0]) for vector in gallery.templates("ann", before)) == pytest.approx([0.2, 0.9])
    assert [float(vector[0]) for vector in gallery.templates("ann", NOON)] == pytest.approx([0.9])
    assert (
        gallery.templates("bo", NOON) == gallery.templates("nobody", NOON) == Gallery([]).templates("ann", NOON) == []
    )


def test_templates_of_different_lengths_and_probes_of_another_are_refused() -> None:
    with pytest.raises(VectorError, match="different lengths"):
        Gallery([entry("ann", 0.5), Entry("bo", np.array([1, 0], np.float32), LATER)])
    with pytest.raises(VectorError, match="2 components"):
        identify(np.array([1, 0], np.float32), Gallery([entry("a", 1)]), threshold=0, margin=0, at=NOON)
