from typing import Literal

QualityResultUse = Literal["enrolment", "probe"]

QUALITY_RESULT_USE_VALUES: set[QualityResultUse] = {
    "enrolment",
    "probe",
}


def check_quality_result_use(value: str) -> QualityResultUse:
    if value in QUALITY_RESULT_USE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {QUALITY_RESULT_USE_VALUES!r}")
