from typing import Literal

AnomalyEventDataStateType0 = Literal["closed", "open"]

ANOMALY_EVENT_DATA_STATE_TYPE_0_VALUES: set[AnomalyEventDataStateType0] = {
    "closed",
    "open",
}


def check_anomaly_event_data_state_type_0(value: str) -> AnomalyEventDataStateType0:
    if value in ANOMALY_EVENT_DATA_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANOMALY_EVENT_DATA_STATE_TYPE_0_VALUES!r}")
