"""What happens in the camera: too little light, movement, compression, too few pixels."""

from __future__ import annotations

import math

import cv2
import numpy as np

from zhsq.data.degrade.basics import FACE_PER_EYES, eye_distance, to_linear, to_srgb
from zhsq.imaging import RGBImage
from zhsq.models.graph import FloatArray

#: Electrons that a white pixel collects in the photo's own light, and read noise in electrons: a small surveillance
#: sensor (2 to 3 micrometres a pixel) that is well exposed.
WHITE_ELECTRONS = 4000.0
READ_ELECTRONS = 3.0
#: Share of the lost stops that the gain brings back. Automatic gain keeps a night picture darker than a day picture.
RESTORED = 0.8


def low_light(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """Less light on the sensor, and gain after it.

    In linear light: the electrons of a pixel fall to 2^-level, arrive by Poisson's law (shot noise), get Gaussian read
    noise, and are amplified by 2^(0.8 level) before 8-bit coding (Foi et al., "Practical Poissonian-Gaussian noise
    modeling and fitting for single-image raw-data", TIP 17, 2008). Channels and pixels are independent: neither the
    Bayer mosaic nor a camera's own denoising is simulated.

    Args:
        level: stops (halvings) of light that are missing, >= 0; 0 is the photo with the noise of a good exposure.
    """
    del landmarks
    if level < 0:
        raise ValueError(f"stops must not be negative: {level}")
    white = WHITE_ELECTRONS * 2.0**-level
    electrons = random.poisson(to_linear(image) * white).astype(np.float32)
    electrons += random.standard_normal(image.shape, dtype=np.float32) * np.float32(READ_ELECTRONS)
    return to_srgb(electrons * np.float32(2.0 ** (RESTORED * level) / WHITE_ELECTRONS))


def motion_blur(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """Straight even movement during the exposure, in a random direction: the mean of linear light along a line.

    The whole photo moves. Someone who walks across at 1.4 m/s moves 14 mm in 1/100 s (22 % of 63 mm between the eyes)
    and 47 mm in 1/30 s (74 %).

    Args:
        level: length of the movement in % of the distance between the eyes, >= 0; 0 is the photo.
    """
    if level < 0:
        raise ValueError(f"a length must not be negative: {level}")
    length = level / 100 * eye_distance(landmarks)
    kernel = _line(length, float(random.uniform(0, math.pi)))
    blurred = cv2.filter2D(to_linear(image), -1, kernel, borderType=cv2.BORDER_REFLECT_101)
    return to_srgb(np.asarray(blurred, dtype=np.float32))


def _line(length: float, angle: float) -> FloatArray:
    """A line of that many pixels through the middle, spread over the pixels that it crosses; sums to 1."""
    reach = math.ceil(length / 2)
    kernel = np.zeros((2 * reach + 3, 2 * reach + 3))
    steps = max(1, math.ceil(8 * length))
    # Midpoints of equal parts: the two ends weigh what the rest weighs.
    along = ((np.arange(steps) + 0.5) / steps - 0.5) * length
    x, y = reach + 1 + along * math.cos(angle), reach + 1 + along * math.sin(angle)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    for down in (0, 1):
        for right in (0, 1):
            np.add.at(
                kernel,
                (row + down, column + right),
                np.abs(1 - down - (y - row)) * np.abs(1 - right - (x - column)),
            )
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def jpeg(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """Compressed by libjpeg and decoded again: baseline, its standard tables, chroma at half resolution (4:2:0).

    Photos of public sets are JPEG already: this is a second compression, as when a recorder stores a camera's picture.

    Args:
        level: libjpeg's quality, 1..100.
    """
    del landmarks, random
    if not 1 <= level <= 100:
        raise ValueError(f"a JPEG quality is 1 to 100: {level}")
    options = [cv2.IMWRITE_JPEG_QUALITY, round(level), cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x221111]
    _, data = cv2.imencode(".jpg", image[..., ::-1], options)
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def size(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """The whole photo scaled down by the mean over pixel areas, and left small: the detector must find the face.

    A face's width is 2.2 times its eye distance (see `basics`), so 32 px are 14.5 px between the eyes. A photo whose
    face is narrower already is returned as it is: pixels that were never there aren't made up.

    Args:
        level: face width in pixels, > 0.
    """
    del random
    if level <= 0:
        raise ValueError(f"a width must be positive: {level}")
    scale = level / (FACE_PER_EYES * eye_distance(landmarks))
    if scale >= 1:
        return image.copy()
    smaller = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    # Averaged as stored codes, as the scalers of cameras and recorders do.
    return np.asarray(cv2.resize(image, smaller, interpolation=cv2.INTER_AREA), dtype=np.uint8)
