from typing import Literal

HandledBy = Literal["all", "device", "kind", "rule", "severity"]

HANDLED_BY_VALUES: set[HandledBy] = {
    "all",
    "device",
    "kind",
    "rule",
    "severity",
}


def check_handled_by(value: str) -> HandledBy:
    if value in HANDLED_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HANDLED_BY_VALUES!r}")
