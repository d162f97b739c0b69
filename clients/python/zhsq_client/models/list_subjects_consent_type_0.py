from typing import Literal

ListSubjectsConsentType0 = Literal["ended", "holds"]

LIST_SUBJECTS_CONSENT_TYPE_0_VALUES: set[ListSubjectsConsentType0] = {
    "ended",
    "holds",
}


def check_list_subjects_consent_type_0(value: str) -> ListSubjectsConsentType0:
    if value in LIST_SUBJECTS_CONSENT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_SUBJECTS_CONSENT_TYPE_0_VALUES!r}")
