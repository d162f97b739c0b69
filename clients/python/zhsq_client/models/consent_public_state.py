from typing import Literal

ConsentPublicState = Literal["ended", "holds"]

CONSENT_PUBLIC_STATE_VALUES: set[ConsentPublicState] = {
    "ended",
    "holds",
}


def check_consent_public_state(value: str) -> ConsentPublicState:
    if value in CONSENT_PUBLIC_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONSENT_PUBLIC_STATE_VALUES!r}")
