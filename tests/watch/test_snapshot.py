"""Nobody can be recognised; the ground can."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.watch.snapshot import Background, SnapshotSettings, blur, jpeg

H, W = 288, 384
Image = NDArray[np.uint8]


def empty() -> Image:
    rows, columns = np.mgrid[:H, :W]
    grey = 100 + 30 * ((rows // 24 + columns // 24) % 2)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)


def texture() -> Image:
    """Detail by which someone could be told: noise with structure of 1 to 5 pixels."""
    noise = np.random.default_rng(3).integers(0, 256, (96, 48, 3)).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.2), np.uint8)


def with_person(x: int) -> Image:
    frame = empty()
    frame[120:216, x : x + 48] = texture()
    return frame


def decoded(data: bytes) -> Image:
    return np.asarray(cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), 1), cv2.COLOR_BGR2RGB), np.uint8)


def likeness(shown: Image, x: int) -> float:
    """Correlation of a place in a picture with the person who stands there."""
    return float(np.corrcoef(shown[120:216, x : x + 48].ravel(), texture().ravel())[0, 1])


@pytest.fixture
def background() -> Background:
    """Someone walks through while the ground is learnt."""
    made = Background(SnapshotSettings(every=1))
    for n in range(40):
        made.update(with_person((n * 16) % 320))
    return made


def test_a_moving_person_is_not_recognisable_and_the_ground_stays(background: Background) -> None:
    frame = with_person(200)
    shown = decoded(jpeg(frame, background, [(205, 130, 235, 160)]))
    assert likeness(with_person(200), 200) > 0.99
    assert abs(likeness(shown, 200)) < 0.25
    far = np.abs(shown[:, :120].astype(int) - frame[:, :120])
    assert far.mean() < 3


def test_a_person_who_stands_still_long_after_is_hidden_all_the_same(background: Background) -> None:
    for _ in range(600):  # two minutes at 5 samples a second
        background.update(with_person(260))
    assert abs(likeness(decoded(jpeg(with_person(260), background, [])), 260)) < 0.25


def test_before_the_ground_is_known_everything_is_hidden() -> None:
    fresh = Background()
    fresh.update(with_person(100))
    assert not fresh.known and fresh.hidden(with_person(100)).all()
    shown = decoded(jpeg(with_person(100), fresh, []))
    assert abs(likeness(shown, 100)) < 0.25
    edges = [cv2.Laplacian(image, cv2.CV_64F).std() for image in (empty(), shown)]
    assert edges[1] < edges[0]


def test_light_that_changes_at_once_and_another_size_hide_everything(background: Background) -> None:
    dark = (with_person(50) * 0.4).astype(np.uint8)
    assert background.hidden(dark).all()
    assert background.hidden(np.zeros((H, W // 2, 3), np.uint8)).all()
    background.update(np.zeros((100, 100, 3), np.uint8))
    assert not background.known


def test_light_that_changes_slowly_is_followed(background: Background) -> None:
    for step in range(200):
        background.update(np.asarray(empty() + step // 10, np.uint8))
    assert background.hidden(np.asarray(empty() + 19, np.uint8)).mean() < 0.02


def test_whole_blocks_are_hidden_with_what_they_touch() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (100, 90, 3)).astype(np.uint8)
    mask = np.zeros((100, 90), bool)
    mask[50, 50] = True
    shown = blur(frame, mask, SnapshotSettings(blocks=10))
    changed = (shown != frame).any(axis=2)
    assert changed[50:60, 50:60].mean() > 0.95
    assert not changed[:50].any() and not changed[60:].any() and not changed[:, :50].any()
    assert len(np.unique(shown[50:60, 50:60].reshape(-1, 3), axis=0)) == 1


def test_the_share_that_moves_is_told() -> None:
    background = Background()
    assert background.update(empty()) == 0.0
    assert background.update(empty()) == 0.0
    assert background.update(with_person(100)) == pytest.approx(96 * 48 / (H * W), rel=0.4)
