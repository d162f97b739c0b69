from typing import Literal

AbsenceKeyItem = Literal["device", "estate", "zone"]

ABSENCE_KEY_ITEM_VALUES: set[AbsenceKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_absence_key_item(value: str) -> AbsenceKeyItem:
    if value in ABSENCE_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ABSENCE_KEY_ITEM_VALUES!r}")
