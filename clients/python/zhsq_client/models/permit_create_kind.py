from typing import Literal

PermitCreateKind = Literal["contractor", "other", "resident", "service", "visitor"]

PERMIT_CREATE_KIND_VALUES: set[PermitCreateKind] = {
    "contractor",
    "other",
    "resident",
    "service",
    "visitor",
}


def check_permit_create_kind(value: str) -> PermitCreateKind:
    if value in PERMIT_CREATE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PERMIT_CREATE_KIND_VALUES!r}")
