"""What is measured: one value in its own unit and one component value 0..100 for each measure.

The maps from value to component are those that OFIQ 1.x publishes for ISO/IEC 29794-5:2025
(github.com/BSI-OFIQ/OFIQ-Project), except where a line below says 'ours'.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

#: A value that can't be told (nothing sharp enough to measure blur on) is capped here.
WORST_BLUR = 40.0


@dataclass(frozen=True)
class Measure:
    """One quality component.

    Attributes:
        name: as in ISO/IEC 29794-5, in the spelling of its reference implementation.
        value: native value, in `unit`.
        unit: what the value counts.
        component: component value 0 (worst) to 100 (best).
    """

    name: str
    value: float
    unit: str
    component: float


@dataclass(frozen=True)
class Quality:
    """Every measure of one face. Left, right, above and below are the picture's."""

    #: Blur, as the standard deviation of the point spread, in percent of the inter-eye distance. Ours: the standard
    #: counts votes of a random forest.
    sharpness: Measure
    #: Share of the face that is nearly black. Ours in its range, see `exposure.DARK`.
    under_exposure_prevention: Measure
    #: Share of the face that is burnt out (linear luminance 247..255 of 255).
    over_exposure_prevention: Measure
    #: Stops of light between the darkest and the lightest twentieth of the face: low behind a veil of stray light. Ours:
    #: the standard takes the entropy of the luminance.
    dynamic_range: Measure
    #: Mean intensity of the darker cheek by that of the lighter. Ours: the standard intersects two histograms.
    illumination_uniformity: Measure
    #: Distance of the eyes' centres over cos(yaw), pixels of the photo.
    inter_eye_distance: Measure
    #: Eye line to chin by the photo's height. The standard wants a portrait's 0.45; no policy here does.
    head_size: Measure
    #: Degrees; positive: the nose points to the picture's right.
    head_pose_yaw: Measure
    #: Degrees; positive: the nose points down.
    head_pose_pitch: Measure
    #: Degrees; positive: turned clockwise in the picture.
    head_pose_roll: Measure
    #: Share of the eyes' zones that is hidden (dark lenses).
    eyes_visible: Measure
    #: Share of the mouth's zone that looks like what is around it (a mask). Ours: the standard segments.
    mouth_occlusion_prevention: Measure
    #: Picture's left edge to the nearer eye, inter-eye distances.
    leftward_crop: Measure
    #: Picture's right edge to the nearer eye, inter-eye distances.
    rightward_crop: Measure
    #: Upper edge to the eye line, lengths from eye line to chin.
    margin_above: Measure
    #: Lower edge to the eye line, lengths from eye line to chin.
    margin_below: Measure

    def __iter__(self) -> Iterator[Measure]:
        return (getattr(self, field.name) for field in fields(self))

    @property
    def weakest(self) -> Measure:
        """The measure with the smallest component value. HeadSize rates the portrait's framing and is left out."""
        return min(
            (measure for measure in self if measure is not self.head_size), key=lambda measure: measure.component
        )


def _sigmoid(x: float, centre: float, width: float) -> float:
    return 1 / (1 + math.exp(min(500.0, (centre - x) / width)))


def _angle(degrees: float) -> float:
    return 100 * math.cos(math.radians(degrees)) ** 2 if abs(degrees) < 90 else 0.0


def _free(hidden: float) -> float:
    return 100 * (1 - hidden)


#: field -> name, unit, map from the native value to the component value
CATALOGUE: dict[str, tuple[str, str, Callable[[float], float]]] = {
    # Ours: half-way at the limit for an enrolment, see `policy`.
    "sharpness": ("Sharpness", "% of inter-eye distance", lambda x: 100 * (1 - _sigmoid(x, 5.0, 1.0))),
    "under_exposure_prevention": (
        "UnderExposurePrevention",
        "share of face",
        lambda x: 120 * (0.832 - _sigmoid(x, 0.92, 0.05)),
    ),
    "over_exposure_prevention": ("OverExposurePrevention", "share of face", lambda x: 1 / (x + 0.01)),
    # Ours: half-way at the limit for an enrolment, see `policy`.
    "dynamic_range": ("DynamicRange", "stops", lambda x: 100 * _sigmoid(x, 1.3, 0.3)),
    # Ours: the ratio itself.
    "illumination_uniformity": ("IlluminationUniformity", "darker / lighter cheek", lambda x: 100 * x),
    "inter_eye_distance": ("InterEyeDistance", "pixels", lambda x: 100 * _sigmoid(x, 70, 20)),
    "head_size": ("HeadSize", "eye-to-chin / image height", lambda x: 200 * (1 - _sigmoid(abs(x - 0.45), 0, 0.05))),
    "head_pose_yaw": ("HeadPoseYaw", "degrees", _angle),
    "head_pose_pitch": ("HeadPosePitch", "degrees", _angle),
    "head_pose_roll": ("HeadPoseRoll", "degrees", _angle),
    "eyes_visible": ("EyesVisible", "share hidden", _free),
    "mouth_occlusion_prevention": ("MouthOcclusionPrevention", "share hidden", _free),
    "leftward_crop": ("LeftwardCropOfTheFaceImage", "inter-eye distances", lambda x: 100 * _sigmoid(x, 0.9, 0.1)),
    "rightward_crop": ("RightwardCropOfTheFaceImage", "inter-eye distances", lambda x: 100 * _sigmoid(x, 0.9, 0.1)),
    "margin_above": ("MarginAboveOfTheFaceImage", "eye-to-chin lengths", lambda x: 100 * _sigmoid(x, 1.4, 0.1)),
    "margin_below": ("MarginBelowOfTheFaceImage", "eye-to-chin lengths", lambda x: 100 * _sigmoid(x, 1.8, 0.1)),
}


def measure(field: str, value: float) -> Measure:
    """A measure by its field in `Quality` and its native value."""
    name, unit, component = CATALOGUE[field]
    return Measure(name, value, unit, min(100.0, max(0.0, component(value))))
