"""What is between the camera and the face: falling rain, and light that shines into the lens."""

from __future__ import annotations

import math

import cv2
import numpy as np

from zhsq.data.degrade.basics import EYES_MM, FACE_PER_EYES, eye_distance, to_linear, to_srgb
from zhsq.imaging import RGBImage
from zhsq.models.graph import FloatArray

#: Metres from the camera to the face and to the nearest drop, and seconds of exposure, at a gate by day.
DISTANCE = 2.0
NEAREST = 0.3
EXPOSURE = 1 / 250
#: Diameter of the lens's pupil in metres: 6 mm at F2.
PUPIL = 0.003
#: Linear light of a drop: it shows the sky, brighter than the photo's white.
SKY = 2.0
#: Diameters of drops in millimetres that are drawn.
_SMALLEST, _LARGEST = 0.5, 5.0


def rain(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """Rain between a gate camera and a face 2 m away, by day at 1/250 s.

    Drops are placed in the camera's cone with the diameters D of Marshall and Palmer ("The distribution of raindrops
    with size", 1948: 8000 exp(-4.1 R^-0.21 D) per m^3 and mm), fall at 9.65 - 10.3 exp(-0.6 D) m/s (Atlas, Srivastava,
    Sekhon, 1973) with one slant for all, and leave a streak as long as their fall in the exposure. A pixel of a streak
    shows the drop, which is as bright as the sky, for the time that the drop needs to pass, D / v of the exposure (Garg,
    Nayar, "Vision and rain", IJCV 75, 2007). Near drops are out of focus. The thin veil of wet air and of a wet front
    glass, sqrt(level) / 2 % of the sky's light, is assumed, not derived. Drops that cling to the glass are not simulated.

    Args:
        level: mm of rain an hour, >= 0 (heavy above 10, violent above 50); 0 is the photo.
    """
    if level < 0:
        raise ValueError(f"a rate must not be negative: {level}")
    if level == 0:
        return image.copy()
    height, width = image.shape[:2]
    # Focal length in pixels, by the size of the face.
    focal = eye_distance(landmarks) / (EYES_MM / 1000) * DISTANCE
    decay = 4.1 * level**-0.21
    share = math.exp(-decay * _SMALLEST) - math.exp(-decay * _LARGEST)
    volume = height * width / focal**2 * (DISTANCE**3 - NEAREST**3) / 3
    drops = int(random.poisson(8000 / decay * share * volume))
    diameter = -np.log(math.exp(-decay * _SMALLEST) - random.random(drops) * share) / decay
    away = (NEAREST**3 + random.random(drops) * (DISTANCE**3 - NEAREST**3)) ** (1 / 3)
    speed = 9.65 - 10.3 * np.exp(-0.6 * diameter)
    slant = float(random.uniform(-0.25, 0.25))
    covered = np.minimum(1.0, diameter / 1000 / (speed * EXPOSURE))
    thick = diameter / 1000 * focal / away
    half = 0.5 * speed * EXPOSURE * focal / away
    direction = np.array([math.sin(slant), math.cos(slant)])
    middle = random.random((drops, 2)) * (width, height)
    clear = np.ones((height, width), dtype=np.float32)
    # Drawn by depth: all drops of one slice are about as much out of focus.
    for near, far in ((NEAREST, 0.6), (0.6, 1.0), (1.0, 1.5), (1.5, DISTANCE)):
        layer = np.zeros((height, width), dtype=np.uint8)
        for i in np.flatnonzero((away >= near) & (away < far)):
            drawn = max(1.0, thick[i])
            # Four times as opaque as it is, for finer steps in 8 bits.
            value = min(255.0, 1020 * covered[i] * min(1.0, thick[i]))
            side = np.array([direction[1], -direction[0]]) * drawn / 2
            ends = middle[i] + np.outer((-half[i], half[i]), direction)
            corners = np.stack([ends[0] - side, ends[0] + side, ends[1] + side, ends[1] - side])
            cv2.fillConvexPoly(layer, np.rint(corners * 16).astype(np.int32), value, cv2.LINE_AA, 4)
        z = (near + far) / 2
        blur = PUPIL * (DISTANCE - z) / (z * DISTANCE) * focal
        opaque = cv2.GaussianBlur(layer.astype(np.float32) / 1020, (0, 0), max(0.5, blur / 2.5))
        clear *= 1 - np.asarray(opaque, dtype=np.float32)
    veil = np.float32(math.sqrt(level) / 200)
    linear = to_linear(image)
    seen = linear + (SKY - linear) * (1 - clear[..., None])
    return to_srgb(np.asarray(seen + (SKY - seen) * veil, dtype=np.float32))


def glare(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """A lamp or the low sun beside or above the head, straight into the lens.

    Light that is scattered in the lens is added in linear light: half of it even over the picture (reflections between
    the lens's surfaces, the veiling glare of ISO 9358), half falling with the square of the distance from the source
    (the law of Stiles and Holladay, CIE 146:2002, here for a lens), which burns out around it. The exposure falls to
    1 / (1 + veil on the face), so the face gets darker and flatter at once. The halves and the exposure are assumed;
    ghost images and coloured flare are not simulated.

    Args:
        level: the veil at the face's middle, in % of the photo's white in linear light, >= 0; 0 is the photo.
    """
    if level < 0:
        raise ValueError(f"a veil must not be negative: {level}")
    face = FACE_PER_EYES * eye_distance(landmarks)
    middle = landmarks.mean(axis=0)
    angle, far = float(random.uniform(-math.pi, 0)), float(random.uniform(0.9, 1.2)) * face
    source = middle + far * np.array([math.cos(angle), math.sin(angle)])
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    core = np.float32(0.25 * face)
    distance = np.hypot(columns - np.float32(source[0]), rows - np.float32(source[1]))
    veil = level / 100 * (0.5 + 0.5 * ((np.float32(far) + core) / (distance + core)) ** 2)
    colour = np.array([1.0, 1.0, 1.0], dtype=np.float32) - random.uniform(0, 0.2) * np.array([0, 0.4, 1.0])
    seen = (to_linear(image) + veil[..., None] * colour) / (1 + level / 100)
    return to_srgb(seen.astype(np.float32))
