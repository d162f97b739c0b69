"""What the conditions share: linear light, and how large a face is and how it is turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.face.geometry import TEMPLATE_112, similarity
from zhsq.models.graph import FloatArray

#: Breadth over the cheekbones, about 138 mm (ANSUR II, Gordon et al. 2014), over the distance of the pupils, 63 mm
#: (Dodgson, "Variation and extrema of human interpupillary distance", 2004). Detectors' boxes are as wide.
FACE_PER_EYES = 2.2
#: Millimetres between the pupils; turns pixels into lengths.
EYES_MM = 63.0

_TEMPLATE_EYES = float(np.linalg.norm(TEMPLATE_112[1] - TEMPLATE_112[0]))
_CODES = np.arange(256) / 255
_TO_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
# 16 bits: in the darkest tones one step is then still below a tenth of an 8-bit code.
_STEPS = np.arange(65536) / 65535
_TO_SRGB = np.rint(255 * np.where(_STEPS <= 0.0031308, 12.92 * _STEPS, 1.055 * _STEPS ** (1 / 2.4) - 0.055)).astype(
    np.uint8
)


def to_linear(image: RGBImage) -> FloatArray:
    """Linear light 0..1 float32 of sRGB codes (IEC 61966-2-1), same shape."""
    linear: FloatArray = _TO_LINEAR[image]
    return linear


def to_srgb(linear: FloatArray) -> RGBImage:
    """sRGB codes uint8 of linear light, clipped to 0..1 as a sensor clips; same shape."""
    codes: RGBImage = _TO_SRGB[(np.clip(linear, 0, 1) * 65535 + 0.5).astype(np.uint16)]
    return codes


def eye_distance(landmarks: FloatArray) -> float:
    """Pixels between the eyes, as if the face looked straight ahead.

    By the scale of all five landmarks against a frontal face: the distance itself shrinks when the head turns.
    """
    matrix = similarity(TEMPLATE_112, landmarks)
    return float(np.hypot(matrix[0, 0], matrix[1, 0])) * _TEMPLATE_EYES


@dataclass(frozen=True)
class Head:
    """A face's own axes in a photo: x to the picture's right, y down, both along the face.

    Attributes:
        eyes: middle between the eyes, pixels, shape (2,).
        right: unit vector, shape (2,).
        down: unit vector from eyes to mouth, shape (2,).
        scale: `eye_distance`.
        height: pixels from eyes to mouth.
        nose: nose tip in (x pixels from the midline, y in heights).
        sides: how much of the half face on each side is seen, left and right; 1 and 1 when it looks straight ahead.
    """

    eyes: FloatArray
    right: FloatArray
    down: FloatArray
    scale: float
    height: float
    nose: tuple[float, float]
    sides: tuple[float, float]

    @classmethod
    def of(cls, landmarks: FloatArray) -> Head:
        left_eye, right_eye, nose, left_mouth, right_mouth = landmarks.astype(np.float64)
        eyes, mouth = (left_eye + right_eye) / 2, (left_mouth + right_mouth) / 2
        scale = eye_distance(landmarks)
        height = max(float(np.linalg.norm(mouth - eyes)), 0.3 * scale)
        down = (mouth - eyes) / height
        right = np.array([down[1], -down[0]])
        x, y = float((nose - eyes) @ right), float((nose - eyes) @ down)
        # The nose tip stands before the face: where it points, that side is foreshortened.
        turn = float(np.clip(2 * x / scale, -0.8, 0.8))
        return cls(
            eyes=eyes.astype(np.float32),
            right=right.astype(np.float32),
            down=down.astype(np.float32),
            scale=scale,
            height=height,
            nose=(x, float(np.clip(y / height, 0.3, 0.8))),
            sides=(1 + 0.7 * turn, 1 - 0.7 * turn),
        )

    def midline(self, y: FloatArray) -> FloatArray:
        """x pixels of the face's ridge at heights y: over the nose it leans to where the face looks."""
        tip = self.nose[0]
        line: FloatArray = np.interp(y, [0, self.nose[1], 1, 1.7], [0, tip, 0.4 * tip, 0.4 * tip]).astype(np.float32)
        return line

    def points(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Pixels (n, 2) of x in eye distances from the ridge (before foreshortening) and y in heights, shapes (n,)."""
        side = np.where(x < 0, self.sides[0], self.sides[1])
        across = x * side * self.scale + self.midline(y)
        spots: FloatArray = (self.eyes + across[:, None] * self.right + (y * self.height)[:, None] * self.down).astype(
            np.float32
        )
        return spots

    def coordinates(self, height: int, width: int) -> tuple[FloatArray, FloatArray]:
        """The inverse of `points` for every pixel: x and y, each (height, width) float32."""
        rows, columns = np.mgrid[:height, :width].astype(np.float32)
        dx, dy = columns - self.eyes[0], rows - self.eyes[1]
        y = (dx * self.down[0] + dy * self.down[1]) / np.float32(self.height)
        across = dx * self.right[0] + dy * self.right[1] - self.midline(y)
        x = across / np.float32(self.scale) / np.where(across < 0, self.sides[0], self.sides[1]).astype(np.float32)
        return x, y
