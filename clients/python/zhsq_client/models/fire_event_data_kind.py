from typing import Literal

FireEventDataKind = Literal["gas", "heat", "manual", "smoke", "water-pressure"]

FIRE_EVENT_DATA_KIND_VALUES: set[FireEventDataKind] = {
    "gas",
    "heat",
    "manual",
    "smoke",
    "water-pressure",
}


def check_fire_event_data_kind(value: str) -> FireEventDataKind:
    if value in FIRE_EVENT_DATA_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FIRE_EVENT_DATA_KIND_VALUES!r}")
