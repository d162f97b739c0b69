"""The 1:N threshold that serving uses: planned where a site calibrated, a strict guess where not."""

from __future__ import annotations

from statistics import NormalDist
from types import SimpleNamespace

import pytest

from zhsq.models.bundle import Bundle
from zhsq.models.face.calibration import Calibration, PlannedThreshold
from zhsq.serve.matching.operating_point import operating_point

EYE = [[0.0, 0.0], [1.0, 0.0], [0.5, 0.5], [0.2, 1.0], [0.8, 1.0]]
PARAMS = {
    "detect": {"kind": "yunet", "channels": "bgr", "longest_side": 640, "score": 0.6, "overlap": 0.3},
    "embed": [{"graph": "embed", "size": 112, "template": EYE, "mean": [0, 0, 0], "std": [1, 1, 1], "flip": True}],
}


def bundle(impostors: dict | None) -> Bundle:
    """What `operating_point` reads of a bundle: its parameters and its threshold for 1:1."""
    params = PARAMS | ({"impostors": impostors} if impostors else {})
    return SimpleNamespace(
        spec=SimpleNamespace(params=params), threshold=lambda name: SimpleNamespace(value=0.5, protocol="of its makers")
    )


UNLIKE = {"mean": 0.2, "spread": 0.1, "source": "faces of nobody"}


def planned(size: int, value: float) -> PlannedThreshold:
    return PlannedThreshold(gallery_size=size, value=value, low=value, high=value, method="measured")


@pytest.fixture
def calibration() -> Calibration:
    return Calibration(
        bundle="face", version="1.0.0", sha256="0" * 64, data="gate", release="r", gallery_size=100, fpir=0.01,
        threshold=planned(100, 0.7), thresholds=(planned(10, 0.6), planned(100, 0.7), planned(1000, 0.8)), fnir=0.1,
        moved=(), evidence={}, notes=(), interval_method="", seed=0, hardware={}, versions={},
    )  # fmt: skip


def test_a_site_s_calibration_decides_by_the_next_larger_gallery(calibration: Calibration) -> None:
    points = [operating_point(bundle(UNLIKE), people, 0.5, calibration) for people in (0, 10, 11, 100, 101, 10**6)]
    assert [point.threshold for point in points] == [0.6, 0.6, 0.7, 0.7, 0.8, 0.8]
    assert points[0].source.startswith("calibrated on gate for FPIR 0.01, 10 people")


def test_the_guess_is_the_normal_tail_for_one_comparison_in_so_many() -> None:
    one = operating_point(bundle(UNLIKE), 1, 0.0001, None)
    assert one.threshold == pytest.approx(0.2 + 0.1 * NormalDist().inv_cdf(1 - 0.0001))  # 0.2 + 3.72 * 0.1
    # 1 - (1 - f)^1000 = 0.01 at f = 1.005e-5: 4.26 standard deviations
    many = operating_point(bundle(UNLIKE), 1000, 0.01, None)
    assert many.threshold == pytest.approx(0.2 + 0.1 * 4.264, abs=1e-3)
    assert "not calibrated" in many.source and "faces of nobody" in many.source


def test_the_guess_is_never_below_the_threshold_for_1_to_1() -> None:
    assert operating_point(bundle(UNLIKE), 1, 0.3, None).threshold == 0.5
    assert operating_point(bundle(None), 1000, 0.01, None).threshold == 0.5
