"""What looks like a plate and is none: signs with and without text, badges, stickers, plain boards."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.training.locator.lettering import line
from zhsq.training.plates.fonts import Face

Floats = NDArray[np.float32]
_GROUNDS = ((20, 70, 180), (25, 130, 70), (235, 190, 30), (240, 240, 240), (190, 25, 30), (20, 20, 22), (120, 75, 40))


def sign(faces: tuple[Face, ...], rng: np.random.Generator) -> RGBImage:
    """A board, (h, w, 3) uint8 RGB, blank or with up to three lines of text."""
    height = int(rng.integers(60, 160))
    width = int(height * rng.uniform(0.8, 5))
    ground = np.clip(np.array(_GROUNDS[int(rng.integers(len(_GROUNDS)))]) + rng.normal(0, 20, 3), 0, 255)
    board = np.full((height, width, 3), ground.astype(np.uint8), np.uint8)
    ink = 245.0 if ground.mean() < 130 else float(rng.choice([15, 30]))
    tone = np.array([ink] * 3) if rng.random() < 0.7 else rng.uniform(0, 255, 3)
    rows = int(rng.choice([0, 1, 1, 2, 3]))
    for row in range(rows):
        top, low = int(height * (row + 0.12) / rows), int(height * (row + 0.88) / rows)
        _write(board, line(faces[int(rng.integers(len(faces)))], rng), 4, top, width - 8, low - top, tone)
    if rng.random() < 0.5:
        edge = int(rng.integers(1, 6))
        cv2.rectangle(
            board,
            (edge, edge),
            (width - 1 - edge, height - 1 - edge),
            tuple(int(v) for v in tone),
            int(rng.integers(1, 5)),
        )
    return board


def badge(image: RGBImage, plate_y: int, faces: tuple[Face, ...], rng: np.random.Generator) -> list[Floats]:
    """A maker's ring and chrome letters above or beside the plate; returns where letters stand, (4, 2) each."""
    height, width = image.shape[:2]
    found = []
    tone = int(rng.integers(150, 245))
    if rng.random() < 0.6:
        centre = (width // 2, max(10, int(plate_y - rng.uniform(30, 140))))
        axes = (int(rng.integers(14, 40)), int(rng.integers(12, 30)))
        cv2.ellipse(image, centre, axes, 0, 0, 360, (tone, tone, tone), int(rng.integers(2, 7)), cv2.LINE_AA)
        cv2.line(
            image,
            (centre[0] - axes[0], centre[1]),
            (centre[0] + axes[0], centre[1]),
            (tone, tone, tone),
            3,
            cv2.LINE_AA,
        )
    for _ in range(int(rng.integers(1, 3))):
        h = int(rng.integers(12, 26))
        text = line(faces[int(rng.integers(len(faces)))], rng)
        w = min(int(text.shape[1] * h / text.shape[0]), width // 3)
        x = int(rng.choice([width * 0.06, width * 0.7, width * 0.4]) + rng.normal(0, 10))
        y = int(plate_y - rng.uniform(-30, 160))
        if 0 < x < width - w and 0 < y < height - h:
            _write(image, text, x, y, w, h, np.array([tone] * 3))
            found.append(np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32))
    return found


def sticker(image: RGBImage, faces: tuple[Face, ...], rng: np.random.Generator) -> list[Floats]:
    """Boards pasted on a car; returns their corners."""
    found = []
    for _ in range(int(rng.integers(1, 3))):
        board = sign(faces, rng)
        h = int(rng.integers(25, 80))
        w = min(int(board.shape[1] * h / board.shape[0]), image.shape[1] // 3)
        x, y = int(rng.integers(0, image.shape[1] - w)), int(rng.integers(0, max(1, image.shape[0] - h)))
        image[y : y + h, x : x + w] = cv2.resize(board, (w, h), interpolation=cv2.INTER_AREA)[: image.shape[0] - y]
        found.append(np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32))
    return found


def _write(
    image: RGBImage, text: NDArray[np.uint8], x: int, y: int, width: int, height: int, tone: NDArray[np.floating]
) -> None:
    """Text fitted into a box, proportions kept, centred."""
    scale = min(width / text.shape[1], height / text.shape[0])
    w, h = max(2, int(text.shape[1] * scale)), max(2, int(text.shape[0] * scale))
    mask = cv2.resize(text, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    left, top = x + (width - w) // 2, y + (height - h) // 2
    part = image[top : top + h, left : left + w]
    mask = mask[: part.shape[0], : part.shape[1]]
    part[:] = (part * (1 - mask) + tone * mask).astype(np.uint8)
