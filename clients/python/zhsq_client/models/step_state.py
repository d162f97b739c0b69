from typing import Literal

StepState = Literal["acknowledged", "dismissed", "open", "resolved"]

STEP_STATE_VALUES: set[StepState] = {
    "acknowledged",
    "dismissed",
    "open",
    "resolved",
}


def check_step_state(value: str) -> StepState:
    if value in STEP_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STEP_STATE_VALUES!r}")
