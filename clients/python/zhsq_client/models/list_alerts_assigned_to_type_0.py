from typing import Literal

ListAlertsAssignedToType0 = Literal["guard", "operator", "property"]

LIST_ALERTS_ASSIGNED_TO_TYPE_0_VALUES: set[ListAlertsAssignedToType0] = {
    "guard",
    "operator",
    "property",
}


def check_list_alerts_assigned_to_type_0(value: str) -> ListAlertsAssignedToType0:
    if value in LIST_ALERTS_ASSIGNED_TO_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALERTS_ASSIGNED_TO_TYPE_0_VALUES!r}")
