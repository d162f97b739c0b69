from typing import Literal

BodyEnrolSubjectCredentialKind = Literal["card", "pin"]

BODY_ENROL_SUBJECT_CREDENTIAL_KIND_VALUES: set[BodyEnrolSubjectCredentialKind] = {
    "card",
    "pin",
}


def check_body_enrol_subject_credential_kind(value: str) -> BodyEnrolSubjectCredentialKind:
    if value in BODY_ENROL_SUBJECT_CREDENTIAL_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BODY_ENROL_SUBJECT_CREDENTIAL_KIND_VALUES!r}")
