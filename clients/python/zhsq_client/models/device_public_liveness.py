from typing import Literal

DevicePublicLiveness = Literal["off", "required"]

DEVICE_PUBLIC_LIVENESS_VALUES: set[DevicePublicLiveness] = {
    "off",
    "required",
}


def check_device_public_liveness(value: str) -> DevicePublicLiveness:
    if value in DEVICE_PUBLIC_LIVENESS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_PUBLIC_LIVENESS_VALUES!r}")
