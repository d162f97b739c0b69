from typing import Literal

PlateMatchRequestKind = Literal["auto", "crop", "photo"]

PLATE_MATCH_REQUEST_KIND_VALUES: set[PlateMatchRequestKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_match_request_kind(value: str) -> PlateMatchRequestKind:
    if value in PLATE_MATCH_REQUEST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_MATCH_REQUEST_KIND_VALUES!r}")
