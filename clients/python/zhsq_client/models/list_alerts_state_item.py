from typing import Literal

ListAlertsStateItem = Literal["acknowledged", "dismissed", "open", "resolved"]

LIST_ALERTS_STATE_ITEM_VALUES: set[ListAlertsStateItem] = {
    "acknowledged",
    "dismissed",
    "open",
    "resolved",
}


def check_list_alerts_state_item(value: str) -> ListAlertsStateItem:
    if value in LIST_ALERTS_STATE_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALERTS_STATE_ITEM_VALUES!r}")
