from typing import Literal

SubjectVerificationRefusedType0 = Literal["low-quality", "not-live"]

SUBJECT_VERIFICATION_REFUSED_TYPE_0_VALUES: set[SubjectVerificationRefusedType0] = {
    "low-quality",
    "not-live",
}


def check_subject_verification_refused_type_0(value: str) -> SubjectVerificationRefusedType0:
    if value in SUBJECT_VERIFICATION_REFUSED_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_VERIFICATION_REFUSED_TYPE_0_VALUES!r}")
