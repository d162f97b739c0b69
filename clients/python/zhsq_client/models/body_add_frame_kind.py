from typing import Literal

BodyAddFrameKind = Literal["auto", "crop", "photo"]

BODY_ADD_FRAME_KIND_VALUES: set[BodyAddFrameKind] = {
    "auto",
    "crop",
    "photo",
}


def check_body_add_frame_kind(value: str) -> BodyAddFrameKind:
    if value in BODY_ADD_FRAME_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BODY_ADD_FRAME_KIND_VALUES!r}")
