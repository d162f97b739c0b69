from typing import Literal

StateSeverity = Literal["critical", "major", "minor"]

STATE_SEVERITY_VALUES: set[StateSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_state_severity(value: str) -> StateSeverity:
    if value in STATE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STATE_SEVERITY_VALUES!r}")
