from typing import Literal

LampEventDataState = Literal["fault", "off", "on"]

LAMP_EVENT_DATA_STATE_VALUES: set[LampEventDataState] = {
    "fault",
    "off",
    "on",
}


def check_lamp_event_data_state(value: str) -> LampEventDataState:
    if value in LAMP_EVENT_DATA_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LAMP_EVENT_DATA_STATE_VALUES!r}")
