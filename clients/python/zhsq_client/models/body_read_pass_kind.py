from typing import Literal

BodyReadPassKind = Literal["auto", "crop", "photo"]

BODY_READ_PASS_KIND_VALUES: set[BodyReadPassKind] = {
    "auto",
    "crop",
    "photo",
}


def check_body_read_pass_kind(value: str) -> BodyReadPassKind:
    if value in BODY_READ_PASS_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BODY_READ_PASS_KIND_VALUES!r}")
