from typing import Literal

SequenceAssign = Literal["guard", "operator", "property"]

SEQUENCE_ASSIGN_VALUES: set[SequenceAssign] = {
    "guard",
    "operator",
    "property",
}


def check_sequence_assign(value: str) -> SequenceAssign:
    if value in SEQUENCE_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEQUENCE_ASSIGN_VALUES!r}")
