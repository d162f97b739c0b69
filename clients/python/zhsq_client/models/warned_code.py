from typing import Literal

WarnedCode = Literal["beyond", "extrapolated", "guessed", "unfit"]

WARNED_CODE_VALUES: set[WarnedCode] = {
    "beyond",
    "extrapolated",
    "guessed",
    "unfit",
}


def check_warned_code(value: str) -> WarnedCode:
    if value in WARNED_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WARNED_CODE_VALUES!r}")
