from typing import Literal

TargetMadeSeverity = Literal["critical", "major", "minor"]

TARGET_MADE_SEVERITY_VALUES: set[TargetMadeSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_target_made_severity(value: str) -> TargetMadeSeverity:
    if value in TARGET_MADE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_MADE_SEVERITY_VALUES!r}")
