from typing import Literal

AlertSummaryState = Literal["acknowledged", "dismissed", "open", "resolved"]

ALERT_SUMMARY_STATE_VALUES: set[AlertSummaryState] = {
    "acknowledged",
    "dismissed",
    "open",
    "resolved",
}


def check_alert_summary_state(value: str) -> AlertSummaryState:
    if value in ALERT_SUMMARY_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALERT_SUMMARY_STATE_VALUES!r}")
