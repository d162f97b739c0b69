from typing import Literal

ThresholdAssign = Literal["guard", "operator", "property"]

THRESHOLD_ASSIGN_VALUES: set[ThresholdAssign] = {
    "guard",
    "operator",
    "property",
}


def check_threshold_assign(value: str) -> ThresholdAssign:
    if value in THRESHOLD_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {THRESHOLD_ASSIGN_VALUES!r}")
