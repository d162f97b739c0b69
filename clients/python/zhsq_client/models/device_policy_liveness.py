from typing import Literal

DevicePolicyLiveness = Literal["off", "required"]

DEVICE_POLICY_LIVENESS_VALUES: set[DevicePolicyLiveness] = {
    "off",
    "required",
}


def check_device_policy_liveness(value: str) -> DevicePolicyLiveness:
    if value in DEVICE_POLICY_LIVENESS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_POLICY_LIVENESS_VALUES!r}")
