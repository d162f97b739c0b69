from typing import Literal

ListDevicesQualityType0 = Literal["advise", "require"]

LIST_DEVICES_QUALITY_TYPE_0_VALUES: set[ListDevicesQualityType0] = {
    "advise",
    "require",
}


def check_list_devices_quality_type_0(value: str) -> ListDevicesQualityType0:
    if value in LIST_DEVICES_QUALITY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DEVICES_QUALITY_TYPE_0_VALUES!r}")
