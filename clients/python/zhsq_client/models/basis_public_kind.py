from typing import Literal

BasisPublicKind = Literal["device-states", "vehicle-alerts"]

BASIS_PUBLIC_KIND_VALUES: set[BasisPublicKind] = {
    "device-states",
    "vehicle-alerts",
}


def check_basis_public_kind(value: str) -> BasisPublicKind:
    if value in BASIS_PUBLIC_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BASIS_PUBLIC_KIND_VALUES!r}")
