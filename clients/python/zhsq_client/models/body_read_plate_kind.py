from typing import Literal

BodyReadPlateKind = Literal["auto", "crop", "photo"]

BODY_READ_PLATE_KIND_VALUES: set[BodyReadPlateKind] = {
    "auto",
    "crop",
    "photo",
}


def check_body_read_plate_kind(value: str) -> BodyReadPlateKind:
    if value in BODY_READ_PLATE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BODY_READ_PLATE_KIND_VALUES!r}")
