from typing import Literal

VehicleEventDataDirection = Literal["in", "out", "unknown"]

VEHICLE_EVENT_DATA_DIRECTION_VALUES: set[VehicleEventDataDirection] = {
    "in",
    "out",
    "unknown",
}


def check_vehicle_event_data_direction(value: str) -> VehicleEventDataDirection:
    if value in VEHICLE_EVENT_DATA_DIRECTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VEHICLE_EVENT_DATA_DIRECTION_VALUES!r}")
