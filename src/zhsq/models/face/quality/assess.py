"""From a photo and a face found in it to its quality."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.face.geometry import TEMPLATE_112, similarity
from zhsq.models.face.pipeline import Face
from zhsq.models.face.quality import exposure, occlusion
from zhsq.models.face.quality.measures import Quality, measure
from zhsq.models.face.quality.pose import head_pose
from zhsq.models.graph import FloatArray

#: The crop has the scale of a 112x112 embedder's, with room for the chin, and none for what is not measured.
WIDTH, HEIGHT = 88, 104
TEMPLATE = TEMPLATE_112 - np.array([12, 14], dtype=np.float32)
INTER_EYE = float(np.linalg.norm(TEMPLATE[1] - TEMPLATE[0]))
#: Eye line to chin by eye line to mouth corners: about 113 by 67 mm (after Farkas, "Anthropometry of the head and face",
#: 1994).
_CHIN = 1.7
#: Beyond this yaw the inter-eye distance is not stretched further.
_WIDEST = 60.0

_ELLIPSE = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
cv2.ellipse(_ELLIPSE, (44, 60), (28, 40), 0, 0, 360, 1, -1)
_FACE = _ELLIPSE.astype(bool)
_CORNERS = np.array([(0, 0, 1), (WIDTH, 0, 1), (0, HEIGHT, 1), (WIDTH, HEIGHT, 1)])

#: In the crop's pixels. Of five points and a few zones plain numbers are several times as quick as arrays.
Point = tuple[float, float]


def assess(image: RGBImage, face: Face) -> Quality:
    """Measure a face; about a millisecond, whatever the photo's size.

    Args:
        image: RGB photo (h, w, 3) uint8.
        face: a face that the pipeline found in it; only its landmarks are used.
    """
    height, width = image.shape[:2]
    yaw, pitch, roll = head_pose(face.landmarks)
    left_eye, right_eye, _, *corners = face.landmarks.tolist()
    eyes = _between(left_eye, right_eye)
    distance = max(math.dist(left_eye, right_eye), 1e-6)
    chin = max(_CHIN * math.dist(_between(*corners), eyes), 1e-6)
    crop, landmarks = _crop(image, face.landmarks)
    luminance = exposure.linear_luminance(crop)[_FACE]
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    cheeks = _cheeks(landmarks)
    eyes_hidden, mouth_hidden = _hidden(crop, landmarks, cheeks)
    values = {
        "sharpness": exposure.blur(grey[16:94, 8:80].astype(np.float32), INTER_EYE),
        "under_exposure_prevention": exposure.dark_share(luminance),
        "over_exposure_prevention": exposure.burnt_share(luminance),
        "dynamic_range": exposure.span(luminance),
        "illumination_uniformity": exposure.evenness(*(grey[cheek] for cheek in cheeks)),
        "inter_eye_distance": distance / math.cos(math.radians(min(abs(yaw), _WIDEST))),
        "head_size": chin / height,
        "head_pose_yaw": yaw,
        "head_pose_pitch": pitch,
        "head_pose_roll": roll,
        "eyes_visible": eyes_hidden,
        "mouth_occlusion_prevention": mouth_hidden,
        "leftward_crop": min(left_eye[0], right_eye[0]) / distance,
        "rightward_crop": (width - max(left_eye[0], right_eye[0])) / distance,
        "margin_above": eyes[1] / chin,
        "margin_below": (height - eyes[1]) / chin,
    }
    return Quality(**{field: measure(field, value) for field, value in values.items()})


def _between(one: Sequence[float], other: Sequence[float]) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _crop(image: RGBImage, landmarks: FloatArray) -> tuple[RGBImage, list[Point]]:
    """The aligned crop (HEIGHT, WIDTH, 3) and the landmarks in it. A large face is averaged down, not sampled."""
    matrix = similarity(landmarks, TEMPLATE)
    scale = math.hypot(matrix[0, 0], matrix[1, 0])
    if scale < 0.67:
        image, landmarks = _shrunk(image, landmarks, matrix, scale)
        matrix = similarity(landmarks, TEMPLATE)
    # What lies outside the picture continues its edge: black there would read as a dark face.
    crop = cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    (a, b, right), (c, d, down) = matrix.tolist()
    points = [(a * x + b * y + right, c * x + d * y + down) for x, y in landmarks.tolist()]
    return np.asarray(crop, dtype=np.uint8), points


def _shrunk(image: RGBImage, landmarks: FloatArray, matrix: FloatArray, scale: float) -> tuple[RGBImage, FloatArray]:
    corners = _CORNERS @ cv2.invertAffineTransform(matrix).T
    height, width = image.shape[:2]
    low = np.clip(np.floor(corners.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), low + 1, (width, height)).astype(int)
    part = image[low[1] : high[1], low[0] : high[0]]
    size = tuple(max(1, round(side * scale)) for side in (high - low).tolist())
    smaller = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, dtype=np.uint8), ((landmarks - low) * (size / (high - low))).astype(np.float32)


Zone = tuple[slice, slice]
#: Where more of the mouth is hidden, the cheeks may be under the same mask, and the forehead is the skin to compare with.
_MASKED = 0.75
#: From brows to nose, wherever the landmarks are.
_UPPER: Zone = (slice(24, 52), slice(20, 68))


def _zone(x: float, y: float, half_width: float, half_height: float) -> Zone:
    """A rectangle of the crop about a point, at least one pixel; half sides in inter-eye distances."""
    return _side(y, half_height * INTER_EYE, HEIGHT), _side(x, half_width * INTER_EYE, WIDTH)


def _side(middle: float, half: float, length: int) -> slice:
    low = max(0, min(length - 1, round(middle - half)))
    return slice(low, max(low + 1, min(length, round(middle + half))))


def _cheeks(landmarks: Sequence[Point]) -> tuple[Zone, Zone]:
    """The standard's zones for uniformity: 0.3 inter-eye distances wide, half-way down from eyes to mouth."""
    left, right, _, *corners = landmarks
    eyes, mouth = _between(left, right), _between(*corners)
    x, y = 0.6 * (mouth[0] - eyes[0]), 0.6 * (mouth[1] - eyes[1])
    aside = 0.15 * INTER_EYE
    return _zone(left[0] + x - aside, left[1] + y, 0.15, 0.15), _zone(right[0] + x + aside, right[1] + y, 0.15, 0.15)


def _hidden(crop: RGBImage, landmarks: Sequence[Point], cheeks: tuple[Zone, Zone]) -> tuple[float, float]:
    """Shares hidden of the eyes and of the mouth."""
    colour = occlusion.colours(crop)
    stops = colour[..., 2]
    left, right, nose, left_corner, right_corner = landmarks
    eyes, mouth = _between(left, right), _between(left_corner, right_corner)
    lip = _between(nose, mouth)
    right_of, below = mouth[0] - eyes[0], mouth[1] - eyes[1]
    beside = 0.16 * INTER_EYE

    def zone(point: Point, down: float, half_width: float, half_height: float) -> Zone:
        return _zone(point[0] + down * right_of, point[1] + down * below, half_width, half_height)

    around = (
        zone(mouth, 0.38, 0.22, 0.07),
        zone((left_corner[0] - beside, left_corner[1]), 0.08, 0.07, 0.12),
        zone((right_corner[0] + beside, right_corner[1]), 0.08, 0.07, 0.12),
        zone(lip, 0.05, 0.1, 0.05),
    )
    mouth_hidden = occlusion.mouth_hidden(
        colour[zone(mouth, 0, 0.3, 0.2)].reshape(-1, 3),
        np.concatenate([colour[one].reshape(-1, 3) for one in around]),
        colour[_UPPER].reshape(-1, 3),
    )
    skin = (zone(eyes, -0.6, 0.3, 0.12),) if mouth_hidden > _MASKED else (*cheeks, zone(nose, 0, 0.14, 0.1))
    light = np.concatenate([stops[one].ravel() for one in skin])
    # A little below the eye's centre: a lens reaches there, the shade of a brow hardly.
    return occlusion.eyes_hidden([stops[zone(eye, 0.08, 0.24, 0.14)] for eye in (left, right)], light), mouth_hidden
