from typing import Literal

MatchResultDecision = Literal["ambiguous", "match", "unknown"]

MATCH_RESULT_DECISION_VALUES: set[MatchResultDecision] = {
    "ambiguous",
    "match",
    "unknown",
}


def check_match_result_decision(value: str) -> MatchResultDecision:
    if value in MATCH_RESULT_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MATCH_RESULT_DECISION_VALUES!r}")
