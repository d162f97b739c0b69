from typing import Literal

SubjectChangeCredentialKindType0 = Literal["card", "pin"]

SUBJECT_CHANGE_CREDENTIAL_KIND_TYPE_0_VALUES: set[SubjectChangeCredentialKindType0] = {
    "card",
    "pin",
}


def check_subject_change_credential_kind_type_0(value: str) -> SubjectChangeCredentialKindType0:
    if value in SUBJECT_CHANGE_CREDENTIAL_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBJECT_CHANGE_CREDENTIAL_KIND_TYPE_0_VALUES!r}")
