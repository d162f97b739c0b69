from typing import Literal

CountAssign = Literal["guard", "operator", "property"]

COUNT_ASSIGN_VALUES: set[CountAssign] = {
    "guard",
    "operator",
    "property",
}


def check_count_assign(value: str) -> CountAssign:
    if value in COUNT_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COUNT_ASSIGN_VALUES!r}")
