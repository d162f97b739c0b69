from typing import Literal

PassReadRequestFormKind = Literal["auto", "crop", "photo"]

PASS_READ_REQUEST_FORM_KIND_VALUES: set[PassReadRequestFormKind] = {
    "auto",
    "crop",
    "photo",
}


def check_pass_read_request_form_kind(value: str) -> PassReadRequestFormKind:
    if value in PASS_READ_REQUEST_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PASS_READ_REQUEST_FORM_KIND_VALUES!r}")
