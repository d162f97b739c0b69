from typing import Literal

QualityRequestUse = Literal["enrolment", "probe"]

QUALITY_REQUEST_USE_VALUES: set[QualityRequestUse] = {
    "enrolment",
    "probe",
}


def check_quality_request_use(value: str) -> QualityRequestUse:
    if value in QUALITY_REQUEST_USE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {QUALITY_REQUEST_USE_VALUES!r}")
