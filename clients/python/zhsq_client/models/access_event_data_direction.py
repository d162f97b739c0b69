from typing import Literal

AccessEventDataDirection = Literal["in", "out", "unknown"]

ACCESS_EVENT_DATA_DIRECTION_VALUES: set[AccessEventDataDirection] = {
    "in",
    "out",
    "unknown",
}


def check_access_event_data_direction(value: str) -> AccessEventDataDirection:
    if value in ACCESS_EVENT_DATA_DIRECTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCESS_EVENT_DATA_DIRECTION_VALUES!r}")
