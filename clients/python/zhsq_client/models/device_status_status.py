from typing import Literal

DeviceStatusStatus = Literal["degraded", "events-only", "never", "offline", "online", "silent"]

DEVICE_STATUS_STATUS_VALUES: set[DeviceStatusStatus] = {
    "degraded",
    "events-only",
    "never",
    "offline",
    "online",
    "silent",
}


def check_device_status_status(value: str) -> DeviceStatusStatus:
    if value in DEVICE_STATUS_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEVICE_STATUS_STATUS_VALUES!r}")
