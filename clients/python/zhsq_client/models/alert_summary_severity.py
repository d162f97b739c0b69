from typing import Literal

AlertSummarySeverity = Literal["critical", "major", "minor"]

ALERT_SUMMARY_SEVERITY_VALUES: set[AlertSummarySeverity] = {
    "critical",
    "major",
    "minor",
}


def check_alert_summary_severity(value: str) -> AlertSummarySeverity:
    if value in ALERT_SUMMARY_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALERT_SUMMARY_SEVERITY_VALUES!r}")
