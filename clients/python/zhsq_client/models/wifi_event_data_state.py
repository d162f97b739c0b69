from typing import Literal

WifiEventDataState = Literal["down", "overload", "rogue", "up"]

WIFI_EVENT_DATA_STATE_VALUES: set[WifiEventDataState] = {
    "down",
    "overload",
    "rogue",
    "up",
}


def check_wifi_event_data_state(value: str) -> WifiEventDataState:
    if value in WIFI_EVENT_DATA_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WIFI_EVENT_DATA_STATE_VALUES!r}")
