from typing import Literal

ScheduleSeverity = Literal["critical", "major", "minor"]

SCHEDULE_SEVERITY_VALUES: set[ScheduleSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_schedule_severity(value: str) -> ScheduleSeverity:
    if value in SCHEDULE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEDULE_SEVERITY_VALUES!r}")
