from typing import Literal

AnomalyKeyItem = Literal["device", "estate", "zone"]

ANOMALY_KEY_ITEM_VALUES: set[AnomalyKeyItem] = {
    "device",
    "estate",
    "zone",
}


def check_anomaly_key_item(value: str) -> AnomalyKeyItem:
    if value in ANOMALY_KEY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANOMALY_KEY_ITEM_VALUES!r}")
