from typing import Literal

FacePointOrigin = Literal["estate", "file", "guess"]

FACE_POINT_ORIGIN_VALUES: set[FacePointOrigin] = {
    "estate",
    "file",
    "guess",
}


def check_face_point_origin(value: str) -> FacePointOrigin:
    if value in FACE_POINT_ORIGIN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACE_POINT_ORIGIN_VALUES!r}")
