from typing import Literal

SubjectCreateFormCredentialKind = Literal["card", "pin"]

SUBJECT_CREATE_FORM_CREDENTIAL_KIND_VALUES: set[SubjectCreateFormCredentialKind] = {
    "card",
    "pin",
}


def check_subject_create_form_credential_kind(value: str) -> SubjectCreateFormCredentialKind:
    if value in SUBJECT_CREATE_FORM_CREDENTIAL_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_CREATE_FORM_CREDENTIAL_KIND_VALUES!r}")
