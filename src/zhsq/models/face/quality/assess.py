"""From a photo and a face found in it to its quality."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.face.geometry import TEMPLATE_112, similarity
from zhsq.models.face.pipeline import Face
from zhsq.models.face.quality import exposure, occlusion
from zhsq.models.face.quality.measures import Quality, measure
from zhsq.models.face.quality.pose import head_pose
from zhsq.models.graph import FloatArray

#: The crop has the scale of a 112x112 embedder's, with room for the chin.
SIZE = 128
TEMPLATE = TEMPLATE_112 + np.array([8, 6], dtype=np.float32)
INTER_EYE = float(np.linalg.norm(TEMPLATE[1] - TEMPLATE[0]))
#: Eye line to chin by eye line to mouth corners: about 113 by 67 mm (after Farkas, "Anthropometry of the head and face",
#: 1994).
_CHIN = 1.7
#: Beyond this yaw the inter-eye distance is not stretched further.
_WIDEST = 60.0

_ELLIPSE = np.zeros((SIZE, SIZE), dtype=np.uint8)
cv2.ellipse(_ELLIPSE, (64, 80), (28, 40), 0, 0, 360, 1, -1)
_FACE = _ELLIPSE.astype(bool)


def assess(image: RGBImage, face: Face) -> Quality:
    """Measure a face; about a millisecond, whatever the photo's size.

    Args:
        image: RGB photo (h, w, 3) uint8.
        face: a face that the pipeline found in it; only its landmarks are used.
    """
    height, width = image.shape[:2]
    points = face.landmarks.astype(np.float64)
    yaw, pitch, roll = head_pose(face.landmarks)
    eyes = points[:2].mean(axis=0)
    distance = max(float(np.linalg.norm(points[1] - points[0])), 1e-6)
    chin = max(_CHIN * float(np.linalg.norm(points[3:].mean(axis=0) - eyes)), 1e-6)
    crop, landmarks = _crop(image, face.landmarks)
    luminance = exposure.linear_luminance(crop)[_FACE]
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    left, right = _cheeks(landmarks)
    eyes_hidden, mouth_hidden = _hidden(crop, landmarks)
    values = {
        "sharpness": exposure.blur(grey[36:114, 28:100].astype(np.float32), INTER_EYE),
        "under_exposure_prevention": exposure.dark_share(luminance),
        "over_exposure_prevention": exposure.burnt_share(luminance),
        "dynamic_range": exposure.span(luminance),
        "illumination_uniformity": exposure.evenness(grey[left], grey[right]),
        "inter_eye_distance": distance / math.cos(math.radians(min(abs(yaw), _WIDEST))),
        "head_size": chin / height,
        "head_pose_yaw": yaw,
        "head_pose_pitch": pitch,
        "head_pose_roll": roll,
        "eyes_visible": eyes_hidden,
        "mouth_occlusion_prevention": mouth_hidden,
        "leftward_crop": float(points[:2, 0].min()) / distance,
        "rightward_crop": (width - float(points[:2, 0].max())) / distance,
        "margin_above": float(eyes[1]) / chin,
        "margin_below": (height - float(eyes[1])) / chin,
    }
    return Quality(**{field: measure(field, value) for field, value in values.items()})


def _crop(image: RGBImage, landmarks: FloatArray) -> tuple[RGBImage, FloatArray]:
    """The aligned crop (SIZE, SIZE, 3) and the landmarks in it. A large face is averaged down, not sampled."""
    matrix = similarity(landmarks, TEMPLATE)
    scale = float(np.linalg.norm(matrix[:, 0]))
    if scale < 0.67:
        image, landmarks = _shrunk(image, landmarks, matrix, scale)
        matrix = similarity(landmarks, TEMPLATE)
    # What lies outside the picture continues its edge: black there would read as a dark face.
    crop = cv2.warpAffine(image, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, dtype=np.uint8), (landmarks @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def _shrunk(image: RGBImage, landmarks: FloatArray, matrix: FloatArray, scale: float) -> tuple[RGBImage, FloatArray]:
    corners = np.array([(0, 0, 1), (SIZE, 0, 1), (0, SIZE, 1), (SIZE, SIZE, 1)]) @ cv2.invertAffineTransform(matrix).T
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
_UPPER: Zone = (slice(44, 72), slice(40, 88))


def _zone(centre: NDArray[np.floating], half_width: float, half_height: float) -> Zone:
    """A rectangle of the crop, at least one pixel; half sides in inter-eye distances."""
    spans = []
    for middle, half in ((centre[1], half_height), (centre[0], half_width)):
        low = max(0, min(SIZE - 1, round(float(middle) - half * INTER_EYE)))
        high = max(low + 1, min(SIZE, round(float(middle) + half * INTER_EYE)))
        spans.append(slice(low, high))
    return spans[0], spans[1]


def _cheeks(landmarks: FloatArray) -> tuple[Zone, Zone]:
    """The standard's zones for uniformity: 0.3 inter-eye distances wide, half-way down from eyes to mouth."""
    down = (landmarks[3:].mean(axis=0) - landmarks[:2].mean(axis=0)) * 0.6
    return (
        _zone(landmarks[0] + down + (-0.15 * INTER_EYE, 0), 0.15, 0.15),
        _zone(landmarks[1] + down + (0.15 * INTER_EYE, 0), 0.15, 0.15),
    )


def _hidden(crop: RGBImage, landmarks: FloatArray) -> tuple[float, float]:
    """Shares hidden of the eyes and of the mouth."""
    colour = occlusion.colours(crop)

    def pixels(*zones: Zone) -> FloatArray:
        return np.concatenate([colour[zone].reshape(-1, 3) for zone in zones])

    left, right, nose, left_corner, right_corner = landmarks
    mouth = (left_corner + right_corner) / 2
    down = mouth - (left + right) / 2
    beside = np.array([0.16 * INTER_EYE, 0], dtype=np.float32)
    around = pixels(
        _zone(mouth + 0.38 * down, 0.22, 0.07),
        _zone(left_corner - beside + 0.08 * down, 0.07, 0.12),
        _zone(right_corner + beside + 0.08 * down, 0.07, 0.12),
        _zone((nose + mouth) / 2 + 0.05 * down, 0.1, 0.05),
    )
    mouth_hidden = occlusion.mouth_hidden(pixels(_zone(mouth, 0.3, 0.2)), around, pixels(_UPPER))
    if mouth_hidden > _MASKED:
        skin = pixels(_zone((left + right) / 2 - 0.6 * down, 0.3, 0.12))
    else:
        skin = pixels(*_cheeks(landmarks), _zone(nose, 0.14, 0.1))
    # A little below the eye's centre: a lens reaches there, the shade of a brow hardly.
    eyes_hidden = [occlusion.eye_hidden(pixels(_zone(eye + 0.08 * down, 0.24, 0.14)), skin) for eye in (left, right)]
    return float(np.mean(eyes_hidden)), mouth_hidden
