from typing import Literal

AccessEventDataMethod = Literal["card", "code", "face", "other", "qr", "remote"]

ACCESS_EVENT_DATA_METHOD_VALUES: set[AccessEventDataMethod] = {
    "card",
    "code",
    "face",
    "other",
    "qr",
    "remote",
}


def check_access_event_data_method(value: str) -> AccessEventDataMethod:
    if value in ACCESS_EVENT_DATA_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCESS_EVENT_DATA_METHOD_VALUES!r}")
