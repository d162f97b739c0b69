from typing import Literal

DeviceCreateLiveness = Literal["off", "required"]

DEVICE_CREATE_LIVENESS_VALUES: set[DeviceCreateLiveness] = {
    "off",
    "required",
}


def check_device_create_liveness(value: str) -> DeviceCreateLiveness:
    if value in DEVICE_CREATE_LIVENESS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_CREATE_LIVENESS_VALUES!r}")
