"""A doubtful crop is looked at again: the plate set upright, what both looks say together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.models.bundle import Bundle
from zhsq.models.plate import again
from zhsq.models.plate.build import build_zhsq
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.types import COLUMN, COLUMNS
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.plates.flat import draw
from zhsq.training.plates.glyphs import alphabets
from zhsq.training.plates.layouts import LAYOUTS

UPRIGHT = (192, 60)


class Counting:
    """The real runner, and how many items each graph was asked for."""

    def __init__(self, bundle: Bundle) -> None:
        self._runner = OnnxRunner(bundle, threads=1)
        self.items: dict[str, int] = {}

    def run(self, graph: str, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        (pixels,) = inputs.values()
        self.items[graph] = self.items.get(graph, 0) + len(pixels)
        return self._runner.run(graph, inputs)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return build_zhsq(tmp_path_factory.mktemp("store"))


def with_again(bundle: Bundle, least: float, folder: Path) -> Bundle:
    """The bundle with another value of `again`."""
    read = {**bundle.spec.params["read"], "again": least}
    spec = bundle.spec.model_copy(update={"params": {**bundle.spec.params, "read": read}})
    return Bundle.build(spec, {name: bundle.path / name for name in bundle.spec.files}, folder)


def noise(height: int = 40, width: int = 120) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)


def table(first: Mapping[str, float]) -> NDArray[np.float32]:
    found = np.zeros((8, COLUMNS), np.float32)
    found[:, 0] = 1
    found[0, 0] = 1 - sum(first.values())
    for symbol, probability in first.items():
        found[0, COLUMN[symbol]] = probability
    return found


def test_looks_that_agree_make_a_symbol_surer_than_one_that_is_alone() -> None:
    joined = again.joined([table({"皖": 0.6, "桂": 0.4}), table({"皖": 0.6, "赣": 0.4})])
    assert joined.shape == (8, COLUMNS) and joined.dtype == np.float32
    np.testing.assert_allclose(joined.sum(1), 1, atol=1e-5)
    # By hand: 0.6 against the square root of 0.4 times next to nothing.
    assert joined[0].argmax() == COLUMN["皖"] and joined[0].max() > 0.99
    alone = table({"皖": 0.6, "桂": 0.4})
    np.testing.assert_allclose(again.joined([alone, alone]), alone, atol=1e-4)


def test_corners_that_stay_where_they_are_give_the_whole_crop_back() -> None:
    crop = np.repeat(np.linspace(0, 255, 192).astype(np.uint8)[None, :, None], 60, 0).repeat(3, 2)
    asked = []

    def still(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        asked.append(pixels.shape)
        return np.zeros((len(pixels), 9), np.float32)

    (view,) = again.upright([crop], still, UPRIGHT)
    assert asked == [(1, 3, 64, 128)] * again.ROUNDS
    assert view.shape == (60, 192, 3)
    assert np.abs(view.astype(int) - crop).max() <= 2


def test_a_plate_that_stands_askew_in_its_crop_is_set_upright(shipped: Bundle) -> None:
    rng = np.random.default_rng(3)
    alphabet = alphabets((), (), rng, 1, 1.0)[0]
    flat = draw("京A23456", LAYOUTS["blue"][0], alphabet, rng)
    corners = np.array([[6, 2], [180, 22], [186, 58], [12, 38]], np.float32)
    outline = np.array([[0, 0], [220, 0], [220, 70], [0, 70]], np.float32)
    around = np.full((60, 192, 3), 70, np.uint8)
    matrix = cv2.getPerspectiveTransform(outline, corners)
    crop = cv2.warpPerspective(flat, matrix, (192, 60), around, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    (view,) = again.upright(
        [crop], lambda pixels: OnnxRunner(shipped).run("refine", {"crops": pixels})["moves"], UPRIGHT
    )
    target = cv2.resize(flat, UPRIGHT, interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(view - target).mean() < 0.5 * np.abs(cv2.resize(crop, UPRIGHT) - target).mean()


def test_only_doubtful_crops_of_one_row_are_looked_at_again(shipped: Bundle, tmp_path: Path) -> None:
    crops = [noise(), noise(80, 120)]  # the second has the proportions of two rows
    never = Counting(with_again(shipped, 0.0, tmp_path / "never"))
    plain = PlatePipeline(with_again(shipped, 0.0, tmp_path / "never"), never).read_crops(crops)
    assert never.items == {"read": 3}  # one view of the first, two of the second
    bundle = with_again(shipped, 1.0, tmp_path / "always")
    always = Counting(bundle)
    reads = PlatePipeline(bundle, always).read_crops(crops)
    assert always.items == {"read": 4, "refine": again.ROUNDS}
    assert (reads[0].table != plain[0].table).any()
    assert (reads[1].table == plain[1].table).all()
