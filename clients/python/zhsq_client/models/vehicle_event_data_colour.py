from typing import Literal

VehicleEventDataColour = Literal["black", "blue", "green", "unknown", "white", "yellow"]

VEHICLE_EVENT_DATA_COLOUR_VALUES: set[VehicleEventDataColour] = {
    "black",
    "blue",
    "green",
    "unknown",
    "white",
    "yellow",
}


def check_vehicle_event_data_colour(value: str) -> VehicleEventDataColour:
    if value in VEHICLE_EVENT_DATA_COLOUR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VEHICLE_EVENT_DATA_COLOUR_VALUES!r}")
