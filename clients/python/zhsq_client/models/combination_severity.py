from typing import Literal

CombinationSeverity = Literal["critical", "major", "minor"]

COMBINATION_SEVERITY_VALUES: set[CombinationSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_combination_severity(value: str) -> CombinationSeverity:
    if value in COMBINATION_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COMBINATION_SEVERITY_VALUES!r}")
