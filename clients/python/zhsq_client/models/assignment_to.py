from typing import Literal

AssignmentTo = Literal["guard", "operator", "property"]

ASSIGNMENT_TO_VALUES: set[AssignmentTo] = {
    "guard",
    "operator",
    "property",
}


def check_assignment_to(value: str) -> AssignmentTo:
    if value in ASSIGNMENT_TO_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ASSIGNMENT_TO_VALUES!r}")
