from typing import Literal

ThresholdEvent = Literal[
    "access", "anomaly", "charger", "electrical", "fire", "heartbeat", "lamp", "patrol", "perimeter", "vehicle", "wifi"
]

THRESHOLD_EVENT_VALUES: set[ThresholdEvent] = {
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


def check_threshold_event(value: str) -> ThresholdEvent:
    if value in THRESHOLD_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {THRESHOLD_EVENT_VALUES!r}")
