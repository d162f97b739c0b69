from typing import Literal

DevicePublicQuality = Literal["advise", "require"]

DEVICE_PUBLIC_QUALITY_VALUES: set[DevicePublicQuality] = {
    "advise",
    "require",
}


def check_device_public_quality(value: str) -> DevicePublicQuality:
    if value in DEVICE_PUBLIC_QUALITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_PUBLIC_QUALITY_VALUES!r}")
