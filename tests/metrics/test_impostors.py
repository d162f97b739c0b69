"""All impostor pairs: the tail against brute force, thresholds and FNMR by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.metrics.impostors import ImpostorTail, fnmr, impostor_tail


def cloud(people: int, photos: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    centres = random.normal(size=(people, 16))
    vectors = np.repeat(centres, photos, axis=0) + 0.3 * random.normal(size=(people * photos, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), np.repeat(np.arange(people), photos)


def brute(vectors: np.ndarray, people: np.ndarray) -> np.ndarray:
    scores = vectors @ vectors.T
    return np.sort(scores[np.triu(people[:, None] != people[None], 1)])[::-1]


@pytest.mark.parametrize(("people", "photos", "fmr"), [(3, 2, 0.5), (60, 3, 0.01), (400, 4, 0.001)])
def test_the_tail_holds_the_highest_of_all_impostor_scores(people: int, photos: int, fmr: float) -> None:
    vectors, codes = cloud(people, photos)
    tail = impostor_tail(vectors, codes, count=people, fmr=fmr)
    every = brute(vectors, codes)
    assert tail.pairs == len(every) == tail.total()
    assert len(tail.scores) == min(len(every), max(1000, int(3 * fmr * len(every))))
    np.testing.assert_allclose(tail.scores, every[: len(tail.scores)], atol=1e-6)
    assert (tail.first != tail.second).all()
    threshold = tail.threshold(fmr, tail.cumulated())
    assert (every >= threshold - 1e-7).mean() <= fmr + 2 / len(every)
    assert (every >= threshold - 1e-7).sum() >= int(fmr * len(every)) - 1


def by_hand() -> ImpostorTail:
    """Three people with 1, 2 and 1 photos: 1*2 + 1*1 + 2*1 = 5 impostor pairs."""
    return ImpostorTail(
        scores=np.array([0.9, 0.5, 0.5, 0.2, 0.1], dtype=np.float32),
        first=np.array([0, 0, 1, 0, 1]),
        second=np.array([1, 2, 2, 1, 2]),
        photos=np.array([1, 2, 1]),
        pairs=5,
    )


def test_thresholds_by_hand() -> None:
    tail = by_hand()
    assert tail.total() == 5
    cumulated = tail.cumulated()
    assert cumulated.tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert tail.threshold(0.2, cumulated) == pytest.approx(0.9)
    assert tail.threshold(0.4, cumulated) == pytest.approx(0.9)  # the second and third tie: both or none
    assert tail.threshold(0.6, cumulated) == pytest.approx(0.5)
    assert tail.threshold(0.1, cumulated) > 0.9


def test_people_drawn_more_often_weigh_more() -> None:
    tail = by_hand()
    times = np.array([2, 1, 0])  # person 2 is not drawn; pairs of 0 and 1 count 2 * 1 each
    assert tail.total(times) == 4  # photos 2, 2, 0: 2 * 2
    assert tail.cumulated(times).tolist() == pytest.approx([0.5, 0.5, 0.5, 1.0, 1.0])


def test_a_rate_beyond_the_kept_tail_is_refused() -> None:
    tail = by_hand()
    short = ImpostorTail(tail.scores[:3], tail.first[:3], tail.second[:3], tail.photos, tail.pairs)
    with pytest.raises(ValueError, match="3 of 5 impostor scores were kept"):
        short.threshold(0.7, short.cumulated())


def test_one_person_has_no_impostors() -> None:
    with pytest.raises(ValueError, match="at least two people"):
        impostor_tail(np.eye(3, dtype=np.float32), np.zeros(3, dtype=np.int64), count=1, fmr=0.1)


def test_fnmr_by_hand() -> None:
    genuine = np.array([0.9, -np.inf, 0.5, 0.7])  # one was not acquired: it never matches
    np.testing.assert_allclose(fnmr(genuine, np.array([0.4, 0.5, 0.6, 0.95])), [1 / 4, 1 / 4, 2 / 4, 1])
    np.testing.assert_allclose(fnmr(genuine, np.array([0.6]), np.array([3.0, 0, 1, 1])), [1 / 5])
    assert np.isnan(fnmr(genuine, np.array([0.6]), np.zeros(4))).all()
