from typing import Literal

BallotResultState = Literal["final", "provisional"]

BALLOT_RESULT_STATE_VALUES: set[BallotResultState] = {
    "final",
    "provisional",
}


def check_ballot_result_state(value: str) -> BallotResultState:
    if value in BALLOT_RESULT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BALLOT_RESULT_STATE_VALUES!r}")
