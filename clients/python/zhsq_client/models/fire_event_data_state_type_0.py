from typing import Literal

FireEventDataStateType0 = Literal["alarm", "fault", "normal"]

FIRE_EVENT_DATA_STATE_TYPE_0_VALUES: set[FireEventDataStateType0] = {
    "alarm",
    "fault",
    "normal",
}


def check_fire_event_data_state_type_0(value: str) -> FireEventDataStateType0:
    if value in FIRE_EVENT_DATA_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FIRE_EVENT_DATA_STATE_TYPE_0_VALUES!r}")
