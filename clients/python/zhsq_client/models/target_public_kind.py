from typing import Literal

TargetPublicKind = Literal["gat1400", "webhook"]

TARGET_PUBLIC_KIND_VALUES: set[TargetPublicKind] = {
    "gat1400",
    "webhook",
}


def check_target_public_kind(value: str) -> TargetPublicKind:
    if value in TARGET_PUBLIC_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_PUBLIC_KIND_VALUES!r}")
