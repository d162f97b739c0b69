"""Anomalies planted into normal clips, so that settings are chosen without a test frame.

Walkers are cut out of training clips and sent across others: gliding without a step as on a board, on a drawn bicycle,
or in place of them a drawn cart. They are as large as people are at their place in the picture and faster than these
walk by what is usual: people walk at about 1.4 m/s, boards and bicycles make 2.5 to 5 m/s on a campus path, carts 3 to 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]
Kind = Literal["board", "bicycle", "cart"]
#: Speed of each kind in walking speeds, from and to.
SPEEDS: dict[Kind, tuple[float, float]] = {"board": (1.8, 3.0), "bicycle": (2.0, 3.6), "cart": (1.8, 3.5)}
#: A frame counts as anomalous when the planted thing covers more pixels than this.
LEAST_PIXELS = 30


@dataclass(frozen=True)
class Walker:
    """A person cut out of a frame: grey (h, w) uint8, their mask (h, w) bool, and the row their feet stand on."""

    image: Image
    mask: NDArray[np.bool_]
    feet: int


@dataclass(frozen=True)
class People:
    """Walkers of a scene, how tall people are by the row of their feet (a line), and how fast they walk.

    Attributes:
        walkers: cut out of clips.
        line: slope and offset of the height in pixels.
        speed: median of the walkers' flow, pixels a frame.
    """

    walkers: tuple[Walker, ...]
    line: tuple[float, float]
    speed: float

    def height(self, feet: float) -> float:
        return self.line[0] * feet + self.line[1]


@dataclass(frozen=True)
class Planted:
    """A clip with something planted: frames (n, h, w) uint8, `anomalous` (n,), `masks` (n, h, w) bool."""

    frames: Image
    anomalous: NDArray[np.bool_]
    masks: NDArray[np.bool_]


def people_of(clips: Sequence[Image], every: int = 6) -> People:
    """Cut walkers out of normal clips.

    Args:
        clips: each (n, h, w) grey uint8 of a camera that stands still.
        every: frames between those looked at.

    Raises:
        ValueError: fewer than ten walkers stand apart from others.
    """
    walkers, speeds = [], []
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    for clip in clips:
        ground = np.median(clip[::5], axis=0).astype(np.uint8)
        for at in range(every, len(clip), every):
            moved = flow.calc(clip[at - 1], clip[at], None)
            for x, y, w, h, mask in _blobs(clip[at], ground):
                walkers.append(Walker(clip[at][y : y + h, x : x + w].copy(), mask, y + h))
                speeds.append(float(np.median(np.abs(moved[y : y + h, x : x + w, 0][mask]))))
    if len(walkers) < 10:
        raise ValueError(f"only {len(walkers)} walkers stand apart in the clips; ten are needed")
    feet = np.array([walker.feet for walker in walkers], np.float64)
    heights = np.array([len(walker.image) for walker in walkers], np.float64)
    line = np.polyfit(feet, heights, 1)
    off = np.abs(np.polyval(line, feet) - heights)
    near = off <= np.quantile(off, 0.8)  # two who overlap are taller than one
    slope, offset = np.polyfit(feet[near], heights[near], 1)
    return People(tuple(walkers), (float(slope), float(offset)), float(np.median(speeds)))


def plant(clip: Image, kind: Kind, people: People, random: np.random.Generator) -> Planted:
    """Send something across a normal clip; half of the time it is there from the first frame on.

    Args:
        clip: (n, h, w) grey uint8.
        kind: what.
        people: of the scene.
        random: of every draw.
    """
    count, height, width = clip.shape
    feet = float(random.choice([walker.feet for walker in people.walkers]))
    tall = float(np.clip(people.height(feet), 12, height / 2))
    image, mask = _cart(tall, random) if kind == "cart" else _walker(people, tall, random)
    if kind == "bicycle":
        image, mask = _on_wheels(image, mask, tall, random)
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4), np.float32)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.6), np.float32)
    usual = people.height(float(np.median([walker.feet for walker in people.walkers])))
    speed = random.uniform(*SPEEDS[kind]) * people.speed * tall / usual
    inside = random.random() < 0.5
    start = -random.uniform(0, 0.7 * width / speed) if inside else random.uniform(5, max(6, count // 2))
    leftwards, slope = random.random() < 0.5, random.normal(0, 0.02)
    frames, masks = clip.copy(), np.zeros(clip.shape, np.bool_)
    for at in range(max(0, int(start)), count):
        x = (at - start) * speed - image.shape[1] + 4
        y = feet - image.shape[0] + slope * x
        left = width - x - image.shape[1] if leftwards else x
        if not -image.shape[1] < left < width:
            if at < start:
                continue  # what is fast is not in the picture yet
            break
        move = np.array([[1, 0, left], [0, 1, y]], np.float32)
        drawn, cover = (cv2.warpAffine(part, move, (width, height)) for part in (image, mask))
        frames[at] = np.clip(clip[at] * (1 - cover) + drawn * cover, 0, 255).astype(np.uint8)
        masks[at] = cover > 0.5
    return Planted(frames, masks.reshape(count, -1).sum(1) > LEAST_PIXELS, masks)


def _blobs(frame: Image, ground: Image) -> list[tuple[int, int, int, int, NDArray[np.bool_]]]:
    """What differs from the ground, has a person's proportions and does not touch the edge: x, y, w, h, mask."""
    apart = np.asarray(cv2.GaussianBlur(cv2.absdiff(frame, ground), (0, 0), 1))
    mask = cv2.morphologyEx((apart > 18).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = []
    for label in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[label])
        edge = x < 2 or y < 2 or x + w > frame.shape[1] - 2 or y + h > frame.shape[0] - 2
        if area >= 120 and h >= 18 and 1.4 < h / w < 3.5 and area > 0.4 * w * h and not edge:
            found.append((x, y, w, h, labels[y : y + h, x : x + w] == label))
    return found


def _walker(people: People, tall: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    walker = people.walkers[int(random.integers(len(people.walkers)))]
    image, mask = walker.image.astype(np.float32), walker.mask.astype(np.float32)
    if random.random() < 0.5:
        image, mask = image[:, ::-1], mask[:, ::-1]
    size = (max(3, round(image.shape[1] * tall / image.shape[0])), round(tall))
    resized = (cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA) for part in (image, mask))
    image, mask = (np.asarray(part, np.float32) for part in resized)
    return image, mask


def _on_wheels(image: Floats, mask: Floats, tall: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Two wheels and a frame under a person."""
    radius = max(3, round(tall * 0.21))
    width, height = max(image.shape[1], round(radius * 4.6)), image.shape[0] + radius // 2
    left = (width - image.shape[1]) // 2
    parts = []
    shade, bar = float(random.uniform(20, 110)), float(random.uniform(20, 120))
    for part, wheel, tube in ((image, shade, bar), (mask, 1.0, 1.0)):
        canvas = np.zeros((height, width), np.float32)
        canvas[: part.shape[0], left : left + part.shape[1]] = part
        axle = height - radius - 1
        for x in (radius + 1, width - radius - 2):
            cv2.circle(canvas, (x, axle), radius - 1, wheel, 1, cv2.LINE_AA)
        cv2.line(canvas, (radius + 1, axle), (width - radius - 2, axle - radius // 2), tube, 1, cv2.LINE_AA)
        parts.append(canvas)
    return parts[0], parts[1]


def _cart(tall: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """A body with a window and two wheels."""
    width, height = round(tall * random.uniform(1.2, 2.2)), round(tall * random.uniform(0.8, 1.2))
    shades = np.asarray(cv2.resize(random.normal(0, 25, (4, 6)).astype(np.float32), (width, height)), np.float32)
    image, mask = shades + np.float32(random.uniform(60, 230)), np.ones((height, width), np.float32)
    mask[: height // 2, : round(width * random.uniform(0, 0.3))] = 0
    window = ((round(width * 0.35), round(height * 0.1)), (round(width * 0.85), round(height * 0.45)))
    cv2.rectangle(image, *window, float(random.uniform(20, 120)), -1)
    radius = max(2, round(height * 0.13))
    for x in (0.2, 0.8):
        cv2.circle(image, (round(width * x), height - radius), radius, 25.0, -1)
    return image, mask
