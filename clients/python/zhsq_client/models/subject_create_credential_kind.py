from typing import Literal

SubjectCreateCredentialKind = Literal["card", "pin"]

SUBJECT_CREATE_CREDENTIAL_KIND_VALUES: set[SubjectCreateCredentialKind] = {
    "card",
    "pin",
}


def check_subject_create_credential_kind(value: str) -> SubjectCreateCredentialKind:
    if value in SUBJECT_CREATE_CREDENTIAL_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_CREATE_CREDENTIAL_KIND_VALUES!r}")
