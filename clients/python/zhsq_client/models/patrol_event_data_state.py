from typing import Literal

PatrolEventDataState = Literal["done", "problem", "skipped"]

PATROL_EVENT_DATA_STATE_VALUES: set[PatrolEventDataState] = {
    "done",
    "problem",
    "skipped",
}


def check_patrol_event_data_state(value: str) -> PatrolEventDataState:
    if value in PATROL_EVENT_DATA_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PATROL_EVENT_DATA_STATE_VALUES!r}")
