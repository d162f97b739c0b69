from typing import Literal

HeartbeatEventDataState = Literal["degraded", "offline", "online"]

HEARTBEAT_EVENT_DATA_STATE_VALUES: set[HeartbeatEventDataState] = {
    "degraded",
    "offline",
    "online",
}


def check_heartbeat_event_data_state(value: str) -> HeartbeatEventDataState:
    if value in HEARTBEAT_EVENT_DATA_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HEARTBEAT_EVENT_DATA_STATE_VALUES!r}")
