from typing import Literal

ReadPropertyReportTable = Literal["alerts", "devices", "gaps"]

READ_PROPERTY_REPORT_TABLE_VALUES: set[ReadPropertyReportTable] = {
    "alerts",
    "devices",
    "gaps",
}


def check_read_property_report_table(value: str) -> ReadPropertyReportTable:
    if value in READ_PROPERTY_REPORT_TABLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_PROPERTY_REPORT_TABLE_VALUES!r}")
