from typing import Literal

PlateReadBatchFormKind = Literal["auto", "crop", "photo"]

PLATE_READ_BATCH_FORM_KIND_VALUES: set[PlateReadBatchFormKind] = {
    "auto",
    "crop",
    "photo",
}


def check_plate_read_batch_form_kind(value: str) -> PlateReadBatchFormKind:
    if value in PLATE_READ_BATCH_FORM_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLATE_READ_BATCH_FORM_KIND_VALUES!r}")
