from typing import Literal

AccessEventDataDecision = Literal["denied", "forced", "granted", "held-open"]

ACCESS_EVENT_DATA_DECISION_VALUES: set[AccessEventDataDecision] = {
    "denied",
    "forced",
    "granted",
    "held-open",
}


def check_access_event_data_decision(value: str) -> AccessEventDataDecision:
    if value in ACCESS_EVENT_DATA_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCESS_EVENT_DATA_DECISION_VALUES!r}")
