from typing import Literal

EvidenceRequestKind = Literal["plate", "scene"]

EVIDENCE_REQUEST_KIND_VALUES: set[EvidenceRequestKind] = {
    "plate",
    "scene",
}


def check_evidence_request_kind(value: str) -> EvidenceRequestKind:
    if value in EVIDENCE_REQUEST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVIDENCE_REQUEST_KIND_VALUES!r}")
