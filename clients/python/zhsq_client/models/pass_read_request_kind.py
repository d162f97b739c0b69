from typing import Literal

PassReadRequestKind = Literal["auto", "crop", "photo"]

PASS_READ_REQUEST_KIND_VALUES: set[PassReadRequestKind] = {
    "auto",
    "crop",
    "photo",
}


def check_pass_read_request_kind(value: str) -> PassReadRequestKind:
    if value in PASS_READ_REQUEST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PASS_READ_REQUEST_KIND_VALUES!r}")
