from typing import Literal

PlannedThresholdMethod = Literal["extrapolated", "measured"]

PLANNED_THRESHOLD_METHOD_VALUES: set[PlannedThresholdMethod] = {
    "extrapolated",
    "measured",
}


def check_planned_threshold_method(value: str) -> PlannedThresholdMethod:
    if value in PLANNED_THRESHOLD_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLANNED_THRESHOLD_METHOD_VALUES!r}")
