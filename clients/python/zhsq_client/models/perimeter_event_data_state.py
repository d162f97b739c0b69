from typing import Literal

PerimeterEventDataState = Literal["clear", "crossed", "fault", "tamper"]

PERIMETER_EVENT_DATA_STATE_VALUES: set[PerimeterEventDataState] = {
    "clear",
    "crossed",
    "fault",
    "tamper",
}


def check_perimeter_event_data_state(value: str) -> PerimeterEventDataState:
    if value in PERIMETER_EVENT_DATA_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PERIMETER_EVENT_DATA_STATE_VALUES!r}")
