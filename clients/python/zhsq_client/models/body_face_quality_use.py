from typing import Literal

BodyFaceQualityUse = Literal["enrolment", "probe"]

BODY_FACE_QUALITY_USE_VALUES: set[BodyFaceQualityUse] = {
    "enrolment",
    "probe",
}


def check_body_face_quality_use(value: str) -> BodyFaceQualityUse:
    if value in BODY_FACE_QUALITY_USE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BODY_FACE_QUALITY_USE_VALUES!r}")
