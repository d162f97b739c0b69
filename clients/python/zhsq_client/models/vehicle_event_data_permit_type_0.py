from typing import Literal

VehicleEventDataPermitType0 = Literal["expired", "none", "not-yet", "valid", "wrong-gate", "wrong-hours"]

VEHICLE_EVENT_DATA_PERMIT_TYPE_0_VALUES: set[VehicleEventDataPermitType0] = {
    "expired",
    "none",
    "not-yet",
    "valid",
    "wrong-gate",
    "wrong-hours",
}


def check_vehicle_event_data_permit_type_0(value: str) -> VehicleEventDataPermitType0:
    if value in VEHICLE_EVENT_DATA_PERMIT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VEHICLE_EVENT_DATA_PERMIT_TYPE_0_VALUES!r}")
