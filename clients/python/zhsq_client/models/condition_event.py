from typing import Literal

ConditionEvent = Literal[
    "access", "anomaly", "charger", "electrical", "fire", "heartbeat", "lamp", "patrol", "perimeter", "vehicle", "wifi"
]

CONDITION_EVENT_VALUES: set[ConditionEvent] = {
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


def check_condition_event(value: str) -> ConditionEvent:
    if value in CONDITION_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONDITION_EVENT_VALUES!r}")
