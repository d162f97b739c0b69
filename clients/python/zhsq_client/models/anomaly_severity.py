from typing import Literal

AnomalySeverity = Literal["critical", "major", "minor"]

ANOMALY_SEVERITY_VALUES: set[AnomalySeverity] = {
    "critical",
    "major",
    "minor",
}


def check_anomaly_severity(value: str) -> AnomalySeverity:
    if value in ANOMALY_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANOMALY_SEVERITY_VALUES!r}")
