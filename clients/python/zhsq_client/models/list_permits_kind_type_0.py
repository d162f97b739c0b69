from typing import Literal

ListPermitsKindType0 = Literal["contractor", "other", "resident", "service", "visitor"]

LIST_PERMITS_KIND_TYPE_0_VALUES: set[ListPermitsKindType0] = {
    "contractor",
    "other",
    "resident",
    "service",
    "visitor",
}


def check_list_permits_kind_type_0(value: str) -> ListPermitsKindType0:
    if value in LIST_PERMITS_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_PERMITS_KIND_TYPE_0_VALUES!r}")
