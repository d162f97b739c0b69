from typing import Literal

ThresholdKeyItem = Literal["device", "estate", "zone"]

THRESHOLD_KEY_ITEM_VALUES: set[ThresholdKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_threshold_key_item(value: str) -> ThresholdKeyItem:
    if value in THRESHOLD_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {THRESHOLD_KEY_ITEM_VALUES!r}")
