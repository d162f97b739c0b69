from typing import Literal

ClosingVerdictType0 = Literal["false", "true"]

CLOSING_VERDICT_TYPE_0_VALUES: set[ClosingVerdictType0] = {
    "false",
    "true",
}


def check_closing_verdict_type_0(value: str) -> ClosingVerdictType0:
    if value in CLOSING_VERDICT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLOSING_VERDICT_TYPE_0_VALUES!r}")
