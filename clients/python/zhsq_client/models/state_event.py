from typing import Literal

StateEvent = Literal[
    "access", "anomaly", "charger", "electrical", "fire", "heartbeat", "lamp", "patrol", "perimeter", "vehicle", "wifi"
]

STATE_EVENT_VALUES: set[StateEvent] = {
    "access",
    "anomaly",
    "charger",
    "electrical",
    "fire",
    "heartbeat",
    "lamp",
    "patrol",
    "perimeter",
    "vehicle",
    "wifi",
}


def check_state_event(value: str) -> StateEvent:
    if value in STATE_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STATE_EVENT_VALUES!r}")
