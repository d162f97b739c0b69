from typing import Literal

PermitPublicState = Literal["expired", "not-yet", "valid"]

PERMIT_PUBLIC_STATE_VALUES: set[PermitPublicState] = {
    "expired",
    "not-yet",
    "valid",
}


def check_permit_public_state(value: str) -> PermitPublicState:
    if value in PERMIT_PUBLIC_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PERMIT_PUBLIC_STATE_VALUES!r}")
