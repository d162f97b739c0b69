from typing import Literal

ListAlertsStateType0 = Literal["acknowledged", "dismissed", "open", "resolved"]

LIST_ALERTS_STATE_TYPE_0_VALUES: set[ListAlertsStateType0] = {
    "acknowledged",
    "dismissed",
    "open",
    "resolved",
}


def check_list_alerts_state_type_0(value: str) -> ListAlertsStateType0:
    if value in LIST_ALERTS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALERTS_STATE_TYPE_0_VALUES!r}")
