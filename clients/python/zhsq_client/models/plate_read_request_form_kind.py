from typing import Literal

PlateReadRequestFormKind = Literal["auto", "crop", "photo"]

PLATE_READ_REQUEST_FORM_KIND_VALUES: set[PlateReadRequestFormKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_read_request_form_kind(value: str) -> PlateReadRequestFormKind:
    if value in PLATE_READ_REQUEST_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_READ_REQUEST_FORM_KIND_VALUES!r}")
