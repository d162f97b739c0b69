from typing import Literal

ChargerEventDataState = Literal["charging", "fault", "full", "idle", "overheat"]

CHARGER_EVENT_DATA_STATE_VALUES: set[ChargerEventDataState] = {
    "charging",
    "fault",
    "full",
    "idle",
    "overheat",
}


def check_charger_event_data_state(value: str) -> ChargerEventDataState:
    if value in CHARGER_EVENT_DATA_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHARGER_EVENT_DATA_STATE_VALUES!r}")
