from typing import Literal

StateKeyItem = Literal["device", "estate", "zone"]

STATE_KEY_ITEM_VALUES: set[StateKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_state_key_item(value: str) -> StateKeyItem:
    if value in STATE_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STATE_KEY_ITEM_VALUES!r}")
