"""A camera drawn in numpy: textured ground, people as tall boxes that walk at one speed."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.models.anomaly.params import AnomalyParams
from zhsq.training.anomaly.config import AnomalyExperiment

HEIGHT, WIDTH = 96, 160
#: Of a walker: pixels, and pixels a frame.
TALL, WIDE, SPEED = 24, 10, 1.0


def texture(height: int, width: int, seed: int, amount: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.asarray(amount * smooth / smooth.std(), np.float32)


def walking(frames: int, starts: dict[int, float], speed: float = SPEED) -> NDArray[np.uint8]:
    """(frames, 96, 160) grey: a walker on each row of `starts`, from there to the right."""
    ground = 120 + texture(HEIGHT, WIDTH, 0, 4)
    clip = np.empty((frames, HEIGHT, WIDTH), np.uint8)
    for at in range(frames):
        frame = ground.copy()
        for top, start in starts.items():
            person = 40 + texture(TALL, WIDE, top, 8)
            left = round(start + speed * at)
            seen = min(WIDE, max(0, WIDTH - left))
            frame[top : top + TALL, left : left + seen] = person[:, :seen]
        clip[at] = np.clip(frame, 0, 255)
    return clip


@pytest.fixture(scope="session")
def walk() -> Callable[..., NDArray[np.uint8]]:
    """walk(frames, {row of the head: column at the start}, speed) -> a clip."""
    return walking


@pytest.fixture(scope="session")
def small() -> AnomalyExperiment:
    """An experiment for these pictures without the backbone: it fits in a blink."""
    params = AnomalyParams(height=HEIGHT, window=24, step=12, gap=2, appearance=False)
    return AnomalyExperiment(name="drawn", params=params, bank=64, pool=1000)
