from typing import Literal

ThresholdSeverity = Literal["critical", "major", "minor"]

THRESHOLD_SEVERITY_VALUES: set[ThresholdSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_threshold_severity(value: str) -> ThresholdSeverity:
    if value in THRESHOLD_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {THRESHOLD_SEVERITY_VALUES!r}")
