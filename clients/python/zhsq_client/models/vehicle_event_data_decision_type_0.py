from typing import Literal

VehicleEventDataDecisionType0 = Literal["ambiguous", "match", "unknown"]

VEHICLE_EVENT_DATA_DECISION_TYPE_0_VALUES: set[VehicleEventDataDecisionType0] = {
    "ambiguous",
    "match",
    "unknown",
}


def check_vehicle_event_data_decision_type_0(value: str) -> VehicleEventDataDecisionType0:
    if value in VEHICLE_EVENT_DATA_DECISION_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VEHICLE_EVENT_DATA_DECISION_TYPE_0_VALUES!r}")
