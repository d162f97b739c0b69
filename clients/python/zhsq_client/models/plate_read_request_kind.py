from typing import Literal

PlateReadRequestKind = Literal["auto", "crop", "photo"]

PLATE_READ_REQUEST_KIND_VALUES: set[PlateReadRequestKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_read_request_kind(value: str) -> PlateReadRequestKind:
    if value in PLATE_READ_REQUEST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_READ_REQUEST_KIND_VALUES!r}")
