"""Gate-camera conditions simulated on a photo: light, motion, compression, size, occlusion, weather."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zhsq.data.degrade import occlusion, sensor, weather
from zhsq.errors import UnknownNameError
from zhsq.imaging import RGBImage
from zhsq.models.graph import FloatArray

Degrade = Callable[[RGBImage, FloatArray, float, np.random.Generator], RGBImage]


@dataclass(frozen=True)
class Condition:
    """One way in which a photo gets worse.

    Attributes:
        name: key of `CONDITIONS`.
        unit: what a level counts.
        levels: the levels that are measured, mildest first.
        summary: what is simulated, in one line.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    summary: str


CONDITIONS: dict[str, Condition] = {
    condition.name: condition
    for condition in (
        Condition(
            "low_light",
            "stops less light",
            (3, 4, 5, 6, 7),
            "fewer photons, then the camera's gain: shot and read noise",
        ),
        Condition("motion_blur", "% of the eye distance", (10, 20, 30, 40, 60, 80), "movement during the exposure"),
        Condition("jpeg", "JPEG quality", (90, 70, 50, 30, 20), "baseline JPEG, chroma at half resolution"),
        Condition("size", "px of face width, at most", (112, 80, 64, 48, 32, 24, 16), "a camera farther away"),
        Condition("mask", "% of the nose covered", (10, 50, 80), "a drawn surgical mask"),
        Condition("sunglasses", "filter category, ISO 12312-1", (1, 2, 3, 4), "drawn sunglasses"),
        Condition("rain", "mm of rain an hour", (10, 30, 60, 100), "streaks of falling drops, and a thin veil"),
        Condition("glare", "% of white, veil on the face", (50, 100, 150, 200), "a light beside the head, straight in"),
    )
}

_FUNCTIONS: dict[str, Degrade] = {
    "low_light": sensor.low_light,
    "motion_blur": sensor.motion_blur,
    "jpeg": sensor.jpeg,
    "size": sensor.size,
    "mask": occlusion.mask,
    "sunglasses": occlusion.sunglasses,
    "rain": weather.rain,
    "glare": weather.glare,
}


def apply(name: str, image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """The photo under a condition.

    Args:
        name: key of `CONDITIONS`.
        image: (h, w, 3) uint8 sRGB; not changed.
        landmarks: (5, 2) float32 pixels: eye, eye, nose tip, mouth corner, mouth corner; the picture's left first.
        level: in the condition's unit; any value that its function takes, not only the ones that are measured.
        random: draws what varies between photos (angle, colour, noise). The same state gives the same bytes.

    Returns:
        (h, w, 3) uint8; smaller than the photo for the condition `size`.

    Raises:
        UnknownNameError: no such condition.
        ValueError: the level is out of range.
    """
    if name not in _FUNCTIONS:
        raise UnknownNameError("condition", name, CONDITIONS)
    return _FUNCTIONS[name](image, landmarks, level, random)
