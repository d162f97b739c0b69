"""Features of motion: what moves, how fast, and nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.models.anomaly.motion import Motion, Moving, grid, scaled
from zhsq.models.anomaly.params import MOTION, AnomalyParams

PARAMS = AnomalyParams(height=120, window=24, step=12, gap=3, still=0.3, least_moving=0.08)
SPEED, LEFT, TOP, SIDE = 2, 30, 36, 60
SPEED_AT, MOVING, ROW, ACROSS, DOWN = (
    MOTION.index(n) for n in ("speed", "moving", "row", "spread_across", "spread_down")
)


def texture(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    """Blobs of about five pixels: flow has something to hold on to everywhere."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2)
    return np.clip(128 + 45 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def moved(count: int, speed: int = SPEED) -> list[NDArray[np.uint8]]:
    """A patch of 60x60 on a still ground of 160x120 that goes right by `speed` pixels a frame."""
    ground, patch = texture(120, 160, 0), texture(SIDE, SIDE, 1)
    frames = []
    for number in range(count):
        frame = ground.copy()
        left = LEFT + speed * number
        frame[TOP : TOP + SIDE, left : left + SIDE] = patch
        frames.append(frame)
    return frames


def last(frames: list[NDArray[np.uint8]], params: AnomalyParams = PARAMS) -> Moving:
    motion = Motion(params)
    return [motion(frame) for frame in frames][-1]


def test_a_patch_that_moves_two_pixels_a_frame_has_speed_two_in_its_windows_and_nothing_moves_elsewhere() -> None:
    found = last(moved(6))
    left = LEFT + 5 * SPEED  # of the patch in the last frame: 40 to 100 across, 36 to 96 down
    inside, outside = [], []
    for place, features in zip(found.places, found.features, strict=True):
        y, x = place * PARAMS.step
        # Flow is taken from the frame three back to this one and lies where the patch was then, 6 pixels to the left.
        if y >= TOP and y + 24 <= TOP + SIDE and left - 6 <= x and x + 24 <= left - 6 + SIDE:
            inside.append(features)
        # The flow's own patches are 8 pixels: it may bleed over the border by two of them.
        if y + 24 < TOP - 16 or y > TOP + SIDE + 16 or x + 24 < left - 6 - 16 or x > left + SIDE + 16:
            outside.append(features)
    # Whole windows of 24 every 12: from 34 to 94 across begin at 36, 48, 60; from 36 to 96 down at 36, 48, 60, 72.
    assert len(inside) == 3 * 4
    np.testing.assert_allclose(np.array(inside)[:, SPEED_AT], SPEED, atol=0.15)
    np.testing.assert_allclose(np.array(inside)[:, MOVING], 1, atol=0.02)
    assert np.array(inside)[:, [ACROSS, DOWN]].max() < 0.3, "all of the patch moves alike"
    assert not outside


def test_the_mean_flow_points_where_the_patch_goes() -> None:
    found = last(moved(6))
    rows, columns = 48 // 12, 60 // 12
    np.testing.assert_allclose(found.flow[rows, columns], (SPEED, 0), atol=0.1)
    assert np.abs(found.flow[0, -1]).max() == 0, "a window in which nothing moves has none"
    turned = last([np.ascontiguousarray(frame[:, ::-1]) for frame in moved(6)])
    np.testing.assert_allclose(turned.flow[rows, (160 - 60 - 24) // 12], (-SPEED, 0), atol=0.1)


def test_the_row_is_the_windows_top_in_heights_of_the_picture() -> None:
    found = last(moved(6))
    # A window begins every 12 of 120 pixels: each row is a tenth.
    np.testing.assert_allclose(found.features[:, ROW], found.places[:, 0] / 10, atol=1e-6)
    assert len(set(found.places[:, 0])) > 1


@pytest.mark.parametrize("gap", [1, 3])
def test_the_first_frame_has_nothing_to_be_compared_with_and_the_next_take_what_there_is(gap: int) -> None:
    motion = Motion(PARAMS.model_copy(update={"gap": gap}))
    first, *later = (motion(frame) for frame in moved(gap + 3))
    assert len(first.places) == 0 and not first.flow.any()
    for found in later:  # one, two, then `gap` frames apart: pixels a frame all the same
        np.testing.assert_allclose(found.flow[48 // 12, 60 // 12], (SPEED, 0), atol=0.15)


def test_flow_spans_gap_frames_and_no_more() -> None:
    motion = Motion(PARAMS)
    stopped = [*moved(5), *[moved(5)[-1]] * 3]
    counts = [len(motion(frame).places) for frame in stopped]
    # Two frames after the stop, the frame three back still shows the patch elsewhere; after three it does not.
    assert counts[6] > 0 and counts[7] == 0


def test_speed_is_a_frames_whatever_the_gap() -> None:
    for gap in (1, 2, 4):
        found = last(moved(6), PARAMS.model_copy(update={"gap": gap}))
        np.testing.assert_allclose(found.flow[48 // 12, 60 // 12], (SPEED, 0), atol=0.1)


def test_a_still_picture_has_no_moving_windows_but_all_of_the_grid() -> None:
    found = last(moved(6, speed=0))
    assert found.features.shape == (0, len(MOTION)) and found.places.shape == (0, 2)
    # Windows of 24 every 12 in 120x160: (120 - 24) / 12 + 1 = 9 rows, (160 - 24) // 12 + 1 = 12 columns.
    assert found.flow.shape == (9, 12, 2) == (*grid((120, 160), PARAMS), 2)
    assert not found.flow.any()


def test_a_changed_picture_size_starts_anew() -> None:
    motion, frames = Motion(PARAMS), moved(12)
    for frame in frames[:5]:
        before = motion(frame)
    wide = [np.ascontiguousarray(np.pad(frame, ((0, 0), (0, 40)), "edge")) for frame in frames]
    counts = [len(motion(frame).places) for frame in wide[5:10]]
    assert len(before.places) > 0
    assert counts[0] == 0, "no flow between pictures of different sizes"
    assert min(counts[1:]) > 0


def test_grey_gives_what_rgb_of_the_same_grey_gives() -> None:
    frames = moved(5)
    grey, colour = last(frames), last([np.repeat(frame[..., None], 3, axis=2) for frame in frames])
    assert len(grey.features) > 0
    np.testing.assert_array_equal(grey.grey, colour.grey)
    np.testing.assert_array_equal(grey.features, colour.features)


def test_red_green_and_blue_count_as_in_rgb_and_not_as_in_bgr() -> None:
    red = np.zeros((120, 160, 3), np.uint8)
    red[..., 0] = 200
    # ITU-R BT.601: 0.299 of red, 0.114 of blue.
    assert scaled(red, PARAMS.height, PARAMS.window)[0, 0] == round(0.299 * 200)
    assert scaled(np.ascontiguousarray(red[..., ::-1]), PARAMS.height, PARAMS.window)[0, 0] == round(0.114 * 200)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((240, 320), (120, 160)),
        ((60, 80), (120, 160)),
        ((120, 175), (120, 175)),
        ((1080, 1920), (120, 213)),
        ((480, 8), (120, 24)),
        ((120, 8), (120, 24)),
    ],
)
def test_a_frame_is_scaled_to_the_models_height_in_proportion_and_holds_a_window(
    shape: tuple[int, int], expected: tuple[int, int]
) -> None:
    found = scaled(np.full(shape, 7, np.uint8), PARAMS.height, PARAMS.window)
    assert found.shape == expected  # 1920 * 120 / 1080 = 213.3
    assert (found == 7).all()
    assert min(grid(found.shape, PARAMS)) >= 1


def test_a_larger_picture_of_the_same_scene_has_the_same_speeds() -> None:
    small = last(moved(6))
    large = last([cv2.resize(frame, (320, 240), interpolation=cv2.INTER_CUBIC) for frame in moved(6)])
    at = (48 // 12, 60 // 12)
    np.testing.assert_allclose(large.flow[at], small.flow[at], atol=0.15)
