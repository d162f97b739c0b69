from typing import Literal

AlertPublicVerdictType0 = Literal["false", "true"]

ALERT_PUBLIC_VERDICT_TYPE_0_VALUES: set[AlertPublicVerdictType0] = {
    "false",
    "true",
}


def check_alert_public_verdict_type_0(value: str) -> AlertPublicVerdictType0:
    if value in ALERT_PUBLIC_VERDICT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALERT_PUBLIC_VERDICT_TYPE_0_VALUES!r}")
