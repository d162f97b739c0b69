from typing import Literal

PlatformCreateSeverity = Literal["critical", "major", "minor"]

PLATFORM_CREATE_SEVERITY_VALUES: set[PlatformCreateSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_platform_create_severity(value: str) -> PlatformCreateSeverity:
    if value in PLATFORM_CREATE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATFORM_CREATE_SEVERITY_VALUES!r}")
