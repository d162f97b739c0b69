from typing import Literal

JudgementVerdict = Literal["false", "true"]

JUDGEMENT_VERDICT_VALUES: set[JudgementVerdict] = {
    "false",
    "true",
}


def check_judgement_verdict(value: str) -> JudgementVerdict:
    if value in JUDGEMENT_VERDICT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JUDGEMENT_VERDICT_VALUES!r}")
