from typing import Literal

SequenceSeverity = Literal["critical", "major", "minor"]

SEQUENCE_SEVERITY_VALUES: set[SequenceSeverity] = {
    "critical",
    "major",
    "minor",
}


def check_sequence_severity(value: str) -> SequenceSeverity:
    if value in SEQUENCE_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SEQUENCE_SEVERITY_VALUES!r}")
