from typing import Literal

OutcomeDecision = Literal["ambiguous", "match", "unknown"]

OUTCOME_DECISION_VALUES: set[OutcomeDecision] = {
    "ambiguous",
    "match",
    "unknown",
}


def check_outcome_decision(value: str) -> OutcomeDecision:
    if value in OUTCOME_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OUTCOME_DECISION_VALUES!r}")
