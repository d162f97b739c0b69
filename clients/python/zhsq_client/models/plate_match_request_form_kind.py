from typing import Literal

PlateMatchRequestFormKind = Literal["auto", "crop", "photo"]

PLATE_MATCH_REQUEST_FORM_KIND_VALUES: set[PlateMatchRequestFormKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_match_request_form_kind(value: str) -> PlateMatchRequestFormKind:
    if value in PLATE_MATCH_REQUEST_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_MATCH_REQUEST_FORM_KIND_VALUES!r}")
