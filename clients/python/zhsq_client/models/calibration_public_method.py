from typing import Literal

CalibrationPublicMethod = Literal["extrapolated", "measured"]

CALIBRATION_PUBLIC_METHOD_VALUES: set[CalibrationPublicMethod] = {
    "extrapolated",
    "measured",
}


def check_calibration_public_method(value: str) -> CalibrationPublicMethod:
    if value in CALIBRATION_PUBLIC_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CALIBRATION_PUBLIC_METHOD_VALUES!r}")
