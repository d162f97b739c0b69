from typing import Literal

CombinationAssign = Literal["guard", "operator", "property"]

COMBINATION_ASSIGN_VALUES: set[CombinationAssign] = {
    "guard",
    "operator",
    "property",
}


def check_combination_assign(value: str) -> CombinationAssign:
    if value in COMBINATION_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COMBINATION_ASSIGN_VALUES!r}")
