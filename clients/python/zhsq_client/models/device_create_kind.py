from typing import Literal

DeviceCreateKind = Literal[
    "camera", "charger", "electrical", "face", "fire", "lamp", "other", "patrol", "perimeter", "plate", "wifi"
]

DEVICE_CREATE_KIND_VALUES: set[DeviceCreateKind] = {
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


def check_device_create_kind(value: str) -> DeviceCreateKind:
    if value in DEVICE_CREATE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_CREATE_KIND_VALUES!r}")
