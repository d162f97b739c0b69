from typing import Literal

PermitPublicKind = Literal["contractor", "other", "resident", "service", "visitor"]

PERMIT_PUBLIC_KIND_VALUES: set[PermitPublicKind] = {
    "contractor",
    "other",
    "resident",
    "service",
    "visitor",
}


def check_permit_public_kind(value: str) -> PermitPublicKind:
    if value in PERMIT_PUBLIC_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PERMIT_PUBLIC_KIND_VALUES!r}")
