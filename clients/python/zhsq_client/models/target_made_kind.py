from typing import Literal

TargetMadeKind = Literal["gat1400", "webhook"]

TARGET_MADE_KIND_VALUES: set[TargetMadeKind] = {
    "gat1400",
    "webhook",
}


def check_target_made_kind(value: str) -> TargetMadeKind:
    if value in TARGET_MADE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_MADE_KIND_VALUES!r}")
