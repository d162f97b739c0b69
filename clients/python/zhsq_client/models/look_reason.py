from typing import Literal

LookReason = Literal["complaint", "incident", "police", "safety"]

LOOK_REASON_VALUES: set[LookReason] = {
    "complaint",
    "incident",
    "police",
    "safety",
}


def check_look_reason(value: str) -> LookReason:
    if value in LOOK_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LOOK_REASON_VALUES!r}")
