from typing import Literal

IdentifyResultRefusedType0 = Literal["low-quality", "not-live"]

IDENTIFY_RESULT_REFUSED_TYPE_0_VALUES: set[IdentifyResultRefusedType0] = {
    "low-quality",
    "not-live",
}


def check_identify_result_refused_type_0(value: str) -> IdentifyResultRefusedType0:
    if value in IDENTIFY_RESULT_REFUSED_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IDENTIFY_RESULT_REFUSED_TYPE_0_VALUES!r}")
