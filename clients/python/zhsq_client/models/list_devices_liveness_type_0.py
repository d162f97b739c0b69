from typing import Literal

ListDevicesLivenessType0 = Literal["off", "required"]

LIST_DEVICES_LIVENESS_TYPE_0_VALUES: set[ListDevicesLivenessType0] = {
    "off",
    "required",
}


def check_list_devices_liveness_type_0(value: str) -> ListDevicesLivenessType0:
    if value in LIST_DEVICES_LIVENESS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DEVICES_LIVENESS_TYPE_0_VALUES!r}")
