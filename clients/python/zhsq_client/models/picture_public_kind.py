from typing import Literal

PicturePublicKind = Literal["plate", "scene"]

PICTURE_PUBLIC_KIND_VALUES: set[PicturePublicKind] = {
    "plate",
    "scene",
}


def check_picture_public_kind(value: str) -> PicturePublicKind:
    if value in PICTURE_PUBLIC_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PICTURE_PUBLIC_KIND_VALUES!r}")
