from typing import Literal

TargetPublicSeverity = Literal["critical", "major", "minor"]

TARGET_PUBLIC_SEVERITY_VALUES: set[TargetPublicSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_target_public_severity(value: str) -> TargetPublicSeverity:
    if value in TARGET_PUBLIC_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_PUBLIC_SEVERITY_VALUES!r}")
