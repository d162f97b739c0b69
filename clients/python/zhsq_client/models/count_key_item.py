from typing import Literal

CountKeyItem = Literal["device", "estate", "zone"]

COUNT_KEY_ITEM_VALUES: set[CountKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_count_key_item(value: str) -> CountKeyItem:
    if value in COUNT_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COUNT_KEY_ITEM_VALUES!r}")
