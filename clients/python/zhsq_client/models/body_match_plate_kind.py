from typing import Literal

BodyMatchPlateKind = Literal["auto", "crop", "photo"]

BODY_MATCH_PLATE_KIND_VALUES: set[BodyMatchPlateKind] = {
    "auto",
    "crop",
    "photo",
}


def check_body_match_plate_kind(value: str) -> BodyMatchPlateKind:
    if value in BODY_MATCH_PLATE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BODY_MATCH_PLATE_KIND_VALUES!r}")
