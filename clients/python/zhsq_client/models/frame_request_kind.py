from typing import Literal

FrameRequestKind = Literal["auto", "crop", "photo"]

FRAME_REQUEST_KIND_VALUES: set[FrameRequestKind] = {
    "auto",
    "crop",
    "photo",
}


def check_frame_request_kind(value: str) -> FrameRequestKind:
    if value in FRAME_REQUEST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FRAME_REQUEST_KIND_VALUES!r}")
