from typing import Literal

SubjectPublicCredentialKind = Literal["card", "pin"]

SUBJECT_PUBLIC_CREDENTIAL_KIND_VALUES: set[SubjectPublicCredentialKind] = {
    "card",
    "pin",
}


def check_subject_public_credential_kind(value: str) -> SubjectPublicCredentialKind:
    if value in SUBJECT_PUBLIC_CREDENTIAL_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_PUBLIC_CREDENTIAL_KIND_VALUES!r}")
