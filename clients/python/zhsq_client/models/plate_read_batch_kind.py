from typing import Literal

PlateReadBatchKind = Literal["auto", "crop", "photo"]

PLATE_READ_BATCH_KIND_VALUES: set[PlateReadBatchKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_read_batch_kind(value: str) -> PlateReadBatchKind:
    if value in PLATE_READ_BATCH_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_READ_BATCH_KIND_VALUES!r}")
