from typing import Literal

ReadAssessmentFormat = Literal["html", "json", "md"]

READ_ASSESSMENT_FORMAT_VALUES: set[ReadAssessmentFormat] = {
    "html",
    "json",
    "md",
}


def check_read_assessment_format(value: str) -> ReadAssessmentFormat:
    if value in READ_ASSESSMENT_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_ASSESSMENT_FORMAT_VALUES!r}")
