from typing import Literal

PlatformPublicPushedNowItem = Literal["device-states", "vehicle-alerts"]

PLATFORM_PUBLIC_PUSHED_NOW_ITEM_VALUES: set[PlatformPublicPushedNowItem] = {
    "device-states",
    "vehicle-alerts",
}


def check_platform_public_pushed_now_item(value: str) -> PlatformPublicPushedNowItem:
    if value in PLATFORM_PUBLIC_PUSHED_NOW_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATFORM_PUBLIC_PUSHED_NOW_ITEM_VALUES!r}")
