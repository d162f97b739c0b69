from typing import Literal

TargetCreateSeverity = Literal["critical", "major", "minor"]

TARGET_CREATE_SEVERITY_VALUES: set[TargetCreateSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_target_create_severity(value: str) -> TargetCreateSeverity:
    if value in TARGET_CREATE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_CREATE_SEVERITY_VALUES!r}")
