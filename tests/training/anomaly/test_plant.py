"""Anomalies planted into normal clips: what is drawn is what is marked, and as fast as said."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.training.anomaly.plant import LEAST_PIXELS, SPEEDS, Kind, People, Planted, people_of, plant

KINDS: tuple[Kind, ...] = get_args(Kind)
#: Heads of the drawn walkers, who are 24 tall: feet on 34, 62 and 90.
STARTS = {10: 20.0, 38: 50.0, 66: 4.0}


@pytest.fixture(scope="module")
def clip(walk: Callable[..., NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return walk(60, STARTS)


@pytest.fixture(scope="module")
def people(clip: NDArray[np.uint8]) -> People:
    return people_of([clip])


@pytest.fixture(scope="module")
def empty(walk: Callable[..., NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return walk(60, {})


def planted(clip: NDArray[np.uint8], kind: Kind, people: People, seed: int) -> Planted:
    return plant(clip, kind, people, np.random.default_rng(seed))


def test_walkers_are_cut_out_with_their_size_their_feet_and_their_speed(people: People) -> None:
    # Three walkers, looked at every 6th of 60 frames: 9 times each, less where one is not apart.
    assert 18 <= len(people.walkers) <= 27
    for walker in people.walkers:
        # 10x24, and a pixel or two of blur around them.
        assert abs(walker.image.shape[0] - 24) <= 4 and abs(walker.image.shape[1] - 10) <= 4
        assert min(abs(walker.feet - feet) for feet in (34, 62, 90)) <= 3
        assert walker.mask.mean() > 0.7 and walker.image[walker.mask].mean() < 80, "dark people, not the ground"
    assert people.height(34) == pytest.approx(24, abs=4) and people.height(90) == pytest.approx(24, abs=4)
    assert people.speed == pytest.approx(1, abs=0.15)


def test_a_faster_scene_has_faster_people(walk: Callable[..., NDArray[np.uint8]]) -> None:
    assert people_of([walk(60, STARTS, 2.0)]).speed == pytest.approx(2, abs=0.3)


def test_a_scene_without_people_is_refused(walk: Callable[..., NDArray[np.uint8]], empty: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="only 0 walkers"):
        people_of([empty])
    # One walker, looked at in frames 6, 12, ..., 54: nine of the ten that are needed.
    with pytest.raises(ValueError, match=r"only \d walkers"):
        people_of([walk(60, {38: 50.0})])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_plants_the_same_and_another_seed_something_else(
    kind: Kind, empty: NDArray[np.uint8], people: People
) -> None:
    one, again, other = (planted(empty, kind, people, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.frames, again.frames)
    np.testing.assert_array_equal(one.masks, again.masks)
    assert not np.array_equal(one.frames, other.frames)


@pytest.mark.parametrize("kind", KINDS)
def test_masks_are_where_the_pixels_changed(kind: Kind, clip: NDArray[np.uint8], people: People) -> None:
    before = clip.copy()
    for seed in range(6):
        found = planted(clip, kind, people, seed)
        assert found.masks.any()
        changed = found.frames != clip
        for mask, pixels in zip(found.masks, changed, strict=True):
            columns = np.flatnonzero(mask.any(0))
            if len(columns) and columns[0] > 12 and columns[-1] < mask.shape[1] - 12:  # all of it is in the picture
                # Its soft edge is 4 pixels wide at most: 3 of the blur, 1 of the shift. A wheel's thin line, which stands
                # out by 8, may cover less than half of a pixel.
                reach = 8 if kind == "bicycle" else 4
                near = cv2.dilate(mask.astype(np.uint8), np.ones((2 * reach + 1,) * 2)) > 0
                assert not (pixels & ~near).any()
        # A drawn pixel may by chance have the ground's own grey.
        assert changed[found.masks].mean() > 0.9
    np.testing.assert_array_equal(clip, before, "the clip itself is not drawn on")


@pytest.mark.parametrize("kind", KINDS)
def test_frames_are_marked_where_enough_of_it_is_seen(kind: Kind, empty: NDArray[np.uint8], people: People) -> None:
    for seed in range(6):
        found = planted(empty, kind, people, seed)
        covered = [int(mask.sum()) for mask in found.masks]
        assert found.anomalous.tolist() == [pixels > LEAST_PIXELS for pixels in covered]
        assert found.anomalous.any()
        marked = np.flatnonzero(found.anomalous)
        assert len(marked) == marked[-1] - marked[0] + 1, "it crosses once"


@pytest.mark.parametrize("kind", KINDS)
def test_it_goes_as_fast_as_its_kind_does_in_walking_speeds(
    kind: Kind, empty: NDArray[np.uint8], people: People
) -> None:
    low, high = SPEEDS[kind]
    speeds, ways = [], set()
    for seed in range(25):
        found = planted(empty, kind, people, seed)
        centres = []
        for number, mask in enumerate(found.masks):
            columns = np.flatnonzero(mask.any(0))
            if len(columns) and columns[0] > 1 and columns[-1] < mask.shape[1] - 2:  # all of it is in the picture
                centres.append((number, float(np.nonzero(mask)[1].mean())))
        if len(centres) < 5:
            continue
        slope = float(np.polyfit(*np.array(centres).T, 1)[0])
        ways.add(slope > 0)
        speeds.append(abs(slope))
    # All people here are as tall as each other: their place does not change the speed by more than a few percent.
    assert len(speeds) > 10 and ways == {True, False}
    assert min(speeds) > 0.9 * low * people.speed and max(speeds) < 1.1 * high * people.speed
    assert max(speeds) - min(speeds) > 0.3 * (high - low) * people.speed


def test_half_of_the_time_it_is_there_from_the_first_frame_on(empty: NDArray[np.uint8], people: People) -> None:
    starts = [int(np.flatnonzero(planted(empty, "board", people, seed).anomalous)[0]) for seed in range(40)]
    assert 10 <= sum(start < 3 for start in starts) <= 30
    assert max(starts) >= 10


def test_what_is_fast_is_planted_too(empty: NDArray[np.uint8], people: People) -> None:
    # Carts at 7 to 14 pixels a frame: their first frame may lie before the picture.
    fast = People(people.walkers, people.line, 4.0)
    for seed in range(20):
        assert planted(empty, "cart", fast, seed).masks.any(), seed
