from typing import Literal

SubjectPublicConsent = Literal["ended", "holds"]

SUBJECT_PUBLIC_CONSENT_VALUES: set[SubjectPublicConsent] = {
    "ended",
    "holds",
}


def check_subject_public_consent(value: str) -> SubjectPublicConsent:
    if value in SUBJECT_PUBLIC_CONSENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_PUBLIC_CONSENT_VALUES!r}")
