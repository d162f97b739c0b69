from typing import Literal

AnomalyAssign = Literal["guard", "operator", "property"]

ANOMALY_ASSIGN_VALUES: set[AnomalyAssign] = {
    "guard",
    "operator",
    "property",
}


def check_anomaly_assign(value: str) -> AnomalyAssign:
    if value in ANOMALY_ASSIGN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANOMALY_ASSIGN_VALUES!r}")
