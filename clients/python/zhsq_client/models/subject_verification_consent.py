from typing import Literal

SubjectVerificationConsent = Literal["ended", "holds"]

SUBJECT_VERIFICATION_CONSENT_VALUES: set[SubjectVerificationConsent] = {
    "ended",
    "holds",
}


def check_subject_verification_consent(value: str) -> SubjectVerificationConsent:
    if value in SUBJECT_VERIFICATION_CONSENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_VERIFICATION_CONSENT_VALUES!r}")
