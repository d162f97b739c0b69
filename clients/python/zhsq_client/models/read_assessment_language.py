from typing import Literal

ReadAssessmentLanguage = Literal["en", "zh"]

READ_ASSESSMENT_LANGUAGE_VALUES: set[ReadAssessmentLanguage] = {
    "en",
    "zh",
}


def check_read_assessment_language(value: str) -> ReadAssessmentLanguage:
    if value in READ_ASSESSMENT_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {READ_ASSESSMENT_LANGUAGE_VALUES!r}")
