from typing import Literal

ListLegalBasesKindType0 = Literal["device-states", "vehicle-alerts"]

LIST_LEGAL_BASES_KIND_TYPE_0_VALUES: set[ListLegalBasesKindType0] = {
    "device-states",
    "vehicle-alerts",
}


def check_list_legal_bases_kind_type_0(value: str) -> ListLegalBasesKindType0:
    if value in LIST_LEGAL_BASES_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_LEGAL_BASES_KIND_TYPE_0_VALUES!r}")
