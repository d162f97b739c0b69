from typing import Literal

PlatformPublicSeverity = Literal["critical", "major", "minor"]

PLATFORM_PUBLIC_SEVERITY_VALUES: set[PlatformPublicSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_platform_public_severity(value: str) -> PlatformPublicSeverity:
    if value in PLATFORM_PUBLIC_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATFORM_PUBLIC_SEVERITY_VALUES!r}")
