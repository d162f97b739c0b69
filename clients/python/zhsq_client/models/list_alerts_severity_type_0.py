from typing import Literal

ListAlertsSeverityType0 = Literal["critical", "major", "minor"]

LIST_ALERTS_SEVERITY_TYPE_0_VALUES: set[ListAlertsSeverityType0] = {
    "critical",
    "major",
    "minor",
}


def check_list_alerts_severity_type_0(value: str) -> ListAlertsSeverityType0:
    if value in LIST_ALERTS_SEVERITY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALERTS_SEVERITY_TYPE_0_VALUES!r}")
