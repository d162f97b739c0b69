from typing import Literal

EvidenceRequestFormKind = Literal["plate", "scene"]

EVIDENCE_REQUEST_FORM_KIND_VALUES: set[EvidenceRequestFormKind] = {
    "plate",
    "scene",
}


def check_evidence_request_form_kind(value: str) -> EvidenceRequestFormKind:
    if value in EVIDENCE_REQUEST_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVIDENCE_REQUEST_FORM_KIND_VALUES!r}")
