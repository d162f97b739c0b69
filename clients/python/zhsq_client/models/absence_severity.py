from typing import Literal

AbsenceSeverity = Literal["critical", "major", "minor"]

ABSENCE_SEVERITY_VALUES: set[AbsenceSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_absence_severity(value: str) -> AbsenceSeverity:
    if value in ABSENCE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ABSENCE_SEVERITY_VALUES!r}")
