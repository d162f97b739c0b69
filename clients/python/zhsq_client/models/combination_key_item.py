from typing import Literal

CombinationKeyItem = Literal["device", "estate", "zone"]

COMBINATION_KEY_ITEM_VALUES: set[CombinationKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_combination_key_item(value: str) -> CombinationKeyItem:
    if value in COMBINATION_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COMBINATION_KEY_ITEM_VALUES!r}")
