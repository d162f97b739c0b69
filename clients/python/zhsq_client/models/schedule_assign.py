from typing import Literal

ScheduleAssign = Literal["guard", "operator", "property"]

SCHEDULE_ASSIGN_VALUES: set[ScheduleAssign] = {
    "guard",
    "operator",
    "property",
}


def check_schedule_assign(value: str) -> ScheduleAssign:
    if value in SCHEDULE_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEDULE_ASSIGN_VALUES!r}")
