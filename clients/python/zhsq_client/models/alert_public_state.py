from typing import Literal

AlertPublicState = Literal["acknowledged", "dismissed", "open", "resolved"]

ALERT_PUBLIC_STATE_VALUES: set[AlertPublicState] = {
    "acknowledged",
    "dismissed",
    "open",
    "resolved",
}


def check_alert_public_state(value: str) -> AlertPublicState:
    if value in ALERT_PUBLIC_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALERT_PUBLIC_STATE_VALUES!r}")
