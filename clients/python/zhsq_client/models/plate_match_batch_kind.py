from typing import Literal

PlateMatchBatchKind = Literal["auto", "crop", "photo"]

PLATE_MATCH_BATCH_KIND_VALUES: set[PlateMatchBatchKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_match_batch_kind(value: str) -> PlateMatchBatchKind:
    if value in PLATE_MATCH_BATCH_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_MATCH_BATCH_KIND_VALUES!r}")
