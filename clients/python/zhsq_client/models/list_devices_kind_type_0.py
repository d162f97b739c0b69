from typing import Literal

ListDevicesKindType0 = Literal[
    "camera", "charger", "electrical", "face", "fire", "lamp", "other", "patrol", "perimeter", "plate", "wifi"
]

LIST_DEVICES_KIND_TYPE_0_VALUES: set[ListDevicesKindType0] = {
    "camera",
    "charger",
    "electrical",
    "face",
    "fire",
    "lamp",
    "other",
    "patrol",
    "perimeter",
    "plate",
    "wifi",
}


def check_list_devices_kind_type_0(value: str) -> ListDevicesKindType0:
    if value in LIST_DEVICES_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DEVICES_KIND_TYPE_0_VALUES!r}")
