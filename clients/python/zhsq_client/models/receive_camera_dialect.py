from typing import Literal

ReceiveCameraDialect = Literal["dahua", "hikvision", "onvif"]

RECEIVE_CAMERA_DIALECT_VALUES: set[ReceiveCameraDialect] = {
    "dahua",
    "hikvision",
    "onvif",
}


def check_receive_camera_dialect(value: str) -> ReceiveCameraDialect:
    if value in RECEIVE_CAMERA_DIALECT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RECEIVE_CAMERA_DIALECT_VALUES!r}")
