from typing import Literal

BasisCreateKind = Literal["device-states", "vehicle-alerts"]

BASIS_CREATE_KIND_VALUES: set[BasisCreateKind] = {
    "device-states",
    "vehicle-alerts",
}


def check_basis_create_kind(value: str) -> BasisCreateKind:
    if value in BASIS_CREATE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BASIS_CREATE_KIND_VALUES!r}")
