"""Where a head points, from five landmarks and a mean face."""

from __future__ import annotations

import math

import cv2
import numpy as np

from zhsq.models.graph import FloatArray

#: Eyes, nose tip, mouth corners, (5, 3) in inter-eye distances: x to the picture's right, y down, z away from the camera.
#: In millimetres after Farkas, "Anthropometry of the head and face", 1994: eyes 63 apart, nose tip 38 below their line
#: and 28 before it, mouth corners 67 below and 52 apart.
MEAN_FACE = np.array([(-31.5, 0, 0), (31.5, 0, 0), (0, 38, -28), (-26, 67, 0), (26, 67, 0)], dtype=np.float64) / 63.0
#: The camera stands this many inter-eye distances away (about 1.3 m): its true place is unknown, and matters little.
DISTANCE = 20.0
_CAMERA = np.diag([DISTANCE, DISTANCE, 1.0])


def head_pose(landmarks: FloatArray) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees.

    Yaw and pitch come from the mean face, fitted by solvePnP (SQPnP: Terzakis, Lourakis, ECCV 2020); roll from the line
    between the eyes. Five points and a mean face bound the accuracy: a nose a fifth longer or shorter than the mean
    scales the yaw by about as much, and a nose 2 mm higher or lower moves the pitch by about 4 degrees. Good for
    'turned away', not for ICAO's 5 degrees.

    Args:
        landmarks: (5, 2) pixels: eyes, nose tip, mouth corners, the picture's left first.
    """
    points = landmarks.tolist()
    (left, upper), (right, lower) = points[:2]
    roll = math.degrees(math.atan2(lower - upper, right - left))
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    about = np.array([(x - middle[0], y - middle[1]) for x, y in points])
    spread = max(math.dist(point, middle) for point in points)
    found, turn, _ = cv2.solvePnP(MEAN_FACE, about / max(spread, 1e-6), _CAMERA, None, flags=cv2.SOLVEPNP_SQPNP)
    if not found:
        return 90.0, 90.0, roll
    forward = [-row[2] for row in cv2.Rodrigues(turn)[0].tolist()]  # where the nose points, in the camera's axes
    # The head's own axes: the roll is taken out first, so that a tilted frontal face has neither yaw nor pitch.
    angle = math.radians(-roll)
    x = math.cos(angle) * forward[0] - math.sin(angle) * forward[1]
    y = math.sin(angle) * forward[0] + math.cos(angle) * forward[1]
    yaw = math.degrees(math.atan2(x, -forward[2]))
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, y))))
    return yaw, pitch, roll
