from typing import Literal

FrameRequestFormKind = Literal["auto", "crop", "photo"]

FRAME_REQUEST_FORM_KIND_VALUES: set[FrameRequestFormKind] = {
    "auto",
    "crop",
    "photo",
}


def check_frame_request_form_kind(value: str) -> FrameRequestFormKind:
    if value in FRAME_REQUEST_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FRAME_REQUEST_FORM_KIND_VALUES!r}")
