from typing import Literal

ResidentStateState = Literal["ended", "enrolled", "invited"]

RESIDENT_STATE_STATE_VALUES: set[ResidentStateState] = {
    "ended",
    "enrolled",
    "invited",
}


def check_resident_state_state(value: str) -> ResidentStateState:
    if value in RESIDENT_STATE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESIDENT_STATE_STATE_VALUES!r}")
