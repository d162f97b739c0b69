from typing import Literal

QualityRequestFormUse = Literal["enrolment", "probe"]

QUALITY_REQUEST_FORM_USE_VALUES: set[QualityRequestFormUse] = {
    "enrolment",
    "probe",
}


def check_quality_request_form_use(value: str) -> QualityRequestFormUse:
    if value in QUALITY_REQUEST_FORM_USE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {QUALITY_REQUEST_FORM_USE_VALUES!r}")
