from typing import Literal

ScheduleEvent = Literal[
    "access", "anomaly", "charger", "electrical", "fire", "heartbeat", "lamp", "patrol", "perimeter", "vehicle", "wifi"
]

SCHEDULE_EVENT_VALUES: set[ScheduleEvent] = {
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


def check_schedule_event(value: str) -> ScheduleEvent:
    if value in SCHEDULE_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEDULE_EVENT_VALUES!r}")
