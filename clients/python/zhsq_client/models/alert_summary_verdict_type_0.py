from typing import Literal

AlertSummaryVerdictType0 = Literal["false", "true"]

ALERT_SUMMARY_VERDICT_TYPE_0_VALUES: set[AlertSummaryVerdictType0] = {
    "false",
    "true",
}


def check_alert_summary_verdict_type_0(value: str) -> AlertSummaryVerdictType0:
    if value in ALERT_SUMMARY_VERDICT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALERT_SUMMARY_VERDICT_TYPE_0_VALUES!r}")
