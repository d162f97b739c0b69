from typing import Literal

CalibrationWholeMethod = Literal["extrapolated", "measured"]

CALIBRATION_WHOLE_METHOD_VALUES: set[CalibrationWholeMethod] = {
    "extrapolated",
    "measured",
}


def check_calibration_whole_method(value: str) -> CalibrationWholeMethod:
    if value in CALIBRATION_WHOLE_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CALIBRATION_WHOLE_METHOD_VALUES!r}")
