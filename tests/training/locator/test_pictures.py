"""Photographs come from packages in the cache; light and weather do what they are called."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from zhsq.training.locator import pictures
from zhsq.training.locator.camera import shoot


def test_photographs_are_taken_from_the_cache_scaled_down_and_the_one_with_a_plate_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHSQ_CACHE", str(tmp_path))
    for package, names in (("mate-backgrounds", ["Dune"]), ("opencv-doc", ["fruits", "licenseplate_motion", "tiny"])):
        folder = tmp_path / "pictures" / package / "usr" / "share"
        folder.mkdir(parents=True)
        for name in names:
            side = (1200, 1800)
            cv2.imwrite(
                str(folder / f"{name}.jpg"), np.full((*side, 3), (0, 0, 200), np.uint8)
            )  # red, in OpenCV's order
    found = pictures.photographs.__wrapped__()
    ours = [image for image in found if image.shape == (600, 900, 3)]
    assert len(ours) == 2
    for image in ours:
        assert image[300, 450, 0] > 180
        assert image[300, 450, 2] < 20


def test_night_is_darker_than_day_and_a_head_light_is_bright() -> None:
    scene = np.full((96, 128, 3), 120, np.uint8)
    day, night, lit = [], [], []
    for seed in range(40):
        nowhere, here = np.zeros((0, 2), np.float32), np.full((30, 2), (64, 48), np.float32)
        day.append(shoot(scene, False, False, nowhere, np.random.default_rng(seed)).mean())
        night.append(shoot(scene, True, False, nowhere, np.random.default_rng(seed)).mean())
        lit.append(shoot(scene, True, False, here, np.random.default_rng(seed))[44:52, 60:68].mean())
    assert np.median(night) < 0.75 * np.median(day)
    assert np.median(lit) > 1.5 * np.median(night)


def test_rain_leaves_the_size_and_the_type() -> None:
    photo = shoot(
        np.full((64, 80, 3), 90, np.uint8), False, True, np.zeros((0, 2), np.float32), np.random.default_rng(1)
    )
    assert (photo.shape, photo.dtype) == ((64, 80, 3), np.uint8)
