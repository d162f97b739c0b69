from typing import Literal

DevicePublicKind = Literal[
    "camera", "charger", "electrical", "face", "fire", "lamp", "other", "patrol", "perimeter", "plate", "wifi"
]

DEVICE_PUBLIC_KIND_VALUES: set[DevicePublicKind] = {
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


def check_device_public_kind(value: str) -> DevicePublicKind:
    if value in DEVICE_PUBLIC_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_PUBLIC_KIND_VALUES!r}")
