from typing import Literal

ElectricalEventDataDoorType0 = Literal["closed", "open"]

ELECTRICAL_EVENT_DATA_DOOR_TYPE_0_VALUES: set[ElectricalEventDataDoorType0] = {
    "closed",
    "open",
}


def check_electrical_event_data_door_type_0(value: str) -> ElectricalEventDataDoorType0:
    if value in ELECTRICAL_EVENT_DATA_DOOR_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ELECTRICAL_EVENT_DATA_DOOR_TYPE_0_VALUES!r}")
