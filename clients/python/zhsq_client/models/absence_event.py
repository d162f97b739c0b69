from typing import Literal

AbsenceEvent = Literal[
    "access", "anomaly", "charger", "electrical", "fire", "heartbeat", "lamp", "patrol", "perimeter", "vehicle", "wifi"
]

ABSENCE_EVENT_VALUES: set[AbsenceEvent] = {
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


def check_absence_event(value: str) -> AbsenceEvent:
    if value in ABSENCE_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ABSENCE_EVENT_VALUES!r}")
