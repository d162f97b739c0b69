from typing import Literal

DeviceCreateQuality = Literal["advise", "require"]

DEVICE_CREATE_QUALITY_VALUES: set[DeviceCreateQuality] = {
    "advise",
    "require",
}


def check_device_create_quality(value: str) -> DeviceCreateQuality:
    if value in DEVICE_CREATE_QUALITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_CREATE_QUALITY_VALUES!r}")
