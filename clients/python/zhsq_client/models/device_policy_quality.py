from typing import Literal

DevicePolicyQuality = Literal["advise", "require"]

DEVICE_POLICY_QUALITY_VALUES: set[DevicePolicyQuality] = {
    "advise",
    "require",
}


def check_device_policy_quality(value: str) -> DevicePolicyQuality:
    if value in DEVICE_POLICY_QUALITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_POLICY_QUALITY_VALUES!r}")
