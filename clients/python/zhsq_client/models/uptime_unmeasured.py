from typing import Literal

UptimeUnmeasured = Literal["", "never-heard", "no-heartbeat"]

UPTIME_UNMEASURED_VALUES: set[UptimeUnmeasured] = {
    "",
    "never-heard",
    "no-heartbeat",
}


def check_uptime_unmeasured(value: str) -> UptimeUnmeasured:
    if value in UPTIME_UNMEASURED_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPTIME_UNMEASURED_VALUES!r}")
