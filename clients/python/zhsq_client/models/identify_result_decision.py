from typing import Literal

IdentifyResultDecision = Literal["match", "unknown"]

IDENTIFY_RESULT_DECISION_VALUES: set[IdentifyResultDecision] = {
    "match",
    "unknown",
}


def check_identify_result_decision(value: str) -> IdentifyResultDecision:
    if value in IDENTIFY_RESULT_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IDENTIFY_RESULT_DECISION_VALUES!r}")
