from typing import Literal

ErasureReceiptReason = Literal["asked", "expired", "withdrawn"]

ERASURE_RECEIPT_REASON_VALUES: set[ErasureReceiptReason] = {
    "asked",
    "expired",
    "withdrawn",
}


def check_erasure_receipt_reason(value: str) -> ErasureReceiptReason:
    if value in ERASURE_RECEIPT_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ERASURE_RECEIPT_REASON_VALUES!r}")
