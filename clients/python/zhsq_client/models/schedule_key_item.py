from typing import Literal

ScheduleKeyItem = Literal["device", "estate", "zone"]

SCHEDULE_KEY_ITEM_VALUES: set[ScheduleKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_schedule_key_item(value: str) -> ScheduleKeyItem:
    if value in SCHEDULE_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEDULE_KEY_ITEM_VALUES!r}")
