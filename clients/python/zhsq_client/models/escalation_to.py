from typing import Literal

EscalationTo = Literal["guard", "operator", "property"]

ESCALATION_TO_VALUES: set[EscalationTo] = {
    "guard",
    "operator",
    "property",
}


def check_escalation_to(value: str) -> EscalationTo:
    if value in ESCALATION_TO_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ESCALATION_TO_VALUES!r}")
