from typing import Literal

ListPermitsStateType0 = Literal["expired", "not-yet", "valid"]

LIST_PERMITS_STATE_TYPE_0_VALUES: set[ListPermitsStateType0] = {
    "expired",
    "not-yet",
    "valid",
}


def check_list_permits_state_type_0(value: str) -> ListPermitsStateType0:
    if value in LIST_PERMITS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_PERMITS_STATE_TYPE_0_VALUES!r}")
