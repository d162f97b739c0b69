from typing import Literal

PlateMatchBatchFormKind = Literal["auto", "crop", "photo"]

PLATE_MATCH_BATCH_FORM_KIND_VALUES: set[PlateMatchBatchFormKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_match_batch_form_kind(value: str) -> PlateMatchBatchFormKind:
    if value in PLATE_MATCH_BATCH_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_MATCH_BATCH_FORM_KIND_VALUES!r}")
