from typing import Literal

ListConsentsStateType0 = Literal["ended", "holds"]

LIST_CONSENTS_STATE_TYPE_0_VALUES: set[ListConsentsStateType0] = {
    "ended",
    "holds",
}


def check_list_consents_state_type_0(value: str) -> ListConsentsStateType0:
    if value in LIST_CONSENTS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_CONSENTS_STATE_TYPE_0_VALUES!r}")
