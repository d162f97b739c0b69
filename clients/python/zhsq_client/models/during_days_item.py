from typing import Literal

DuringDaysItem = Literal["fri", "mon", "sat", "sun", "thu", "tue", "wed"]

DURING_DAYS_ITEM_VALUES: set[DuringDaysItem] = {
    "fri",
    "mon",
    "sat",
    "sun",
    "thu",
    "tue",
    "wed",
}


def check_during_days_item(value: str) -> DuringDaysItem:
    if value in DURING_DAYS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DURING_DAYS_ITEM_VALUES!r}")
