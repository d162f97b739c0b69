from typing import Literal

GapReason = Literal["offline", "silent"]

GAP_REASON_VALUES: set[GapReason] = {
    "offline",
    "silent",
}


def check_gap_reason(value: str) -> GapReason:
    if value in GAP_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GAP_REASON_VALUES!r}")
