from typing import Literal

StateAssign = Literal["guard", "operator", "property"]

STATE_ASSIGN_VALUES: set[StateAssign] = {
    "guard",
    "operator",
    "property",
}


def check_state_assign(value: str) -> StateAssign:
    if value in STATE_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STATE_ASSIGN_VALUES!r}")
