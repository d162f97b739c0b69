from typing import Literal

PermitResultState = Literal["expired", "none", "not-yet", "valid", "wrong-gate", "wrong-hours"]

PERMIT_RESULT_STATE_VALUES: set[PermitResultState] = {
    "expired",
    "none",
    "not-yet",
    "valid",
    "wrong-gate",
    "wrong-hours",
}


def check_permit_result_state(value: str) -> PermitResultState:
    if value in PERMIT_RESULT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PERMIT_RESULT_STATE_VALUES!r}")
