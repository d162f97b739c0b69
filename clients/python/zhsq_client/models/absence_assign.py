from typing import Literal

AbsenceAssign = Literal["guard", "operator", "property"]

ABSENCE_ASSIGN_VALUES: set[AbsenceAssign] = {
    "guard",
    "operator",
    "property",
}


def check_absence_assign(value: str) -> AbsenceAssign:
    if value in ABSENCE_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ABSENCE_ASSIGN_VALUES!r}")
