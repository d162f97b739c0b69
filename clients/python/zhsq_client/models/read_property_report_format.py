from typing import Literal

ReadPropertyReportFormat = Literal["csv", "html", "json"]

READ_PROPERTY_REPORT_FORMAT_VALUES: set[ReadPropertyReportFormat] = {
    "csv",
    "html",
    "json",
}


def check_read_property_report_format(value: str) -> ReadPropertyReportFormat:
    if value in READ_PROPERTY_REPORT_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_PROPERTY_REPORT_FORMAT_VALUES!r}")
