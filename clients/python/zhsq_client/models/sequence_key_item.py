from typing import Literal

SequenceKeyItem = Literal["device", "estate", "zone"]

SEQUENCE_KEY_ITEM_VALUES: set[SequenceKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_sequence_key_item(value: str) -> SequenceKeyItem:
    if value in SEQUENCE_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEQUENCE_KEY_ITEM_VALUES!r}")
