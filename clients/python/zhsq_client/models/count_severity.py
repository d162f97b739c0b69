from typing import Literal

CountSeverity = Literal["critical", "major", "minor"]

COUNT_SEVERITY_VALUES: set[CountSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_count_severity(value: str) -> CountSeverity:
    if value in COUNT_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COUNT_SEVERITY_VALUES!r}")
