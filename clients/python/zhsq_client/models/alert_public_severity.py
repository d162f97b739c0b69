from typing import Literal

AlertPublicSeverity = Literal["critical", "major", "minor"]

ALERT_PUBLIC_SEVERITY_VALUES: set[AlertPublicSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_alert_public_severity(value: str) -> AlertPublicSeverity:
    if value in ALERT_PUBLIC_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALERT_PUBLIC_SEVERITY_VALUES!r}")
