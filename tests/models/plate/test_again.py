"""A doubtful crop is looked at again: other views, the plate set upright, what all looks say together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.models.bundle import Bundle
from zhsq.models.plate import again
from zhsq.models.plate.build import build_zhsq
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.types import COLUMN, COLUMNS
from zhsq.runtime.onnx import OnnxRunner

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

    (views,) = again.views([crop], still, UPRIGHT)
    assert asked == [(1, 3, 64, 128)] * max(again.ROUNDS)
    assert len(views) == len(again.OTHERWISE) + len(again.ROUNDS)
    for upright in views[len(again.OTHERWISE) :]:
        assert upright.shape == (60, 192, 3)
        assert np.abs(upright.astype(int) - crop).max() <= 2


def test_without_a_second_network_the_crop_is_only_cut_otherwise() -> None:
    found = again.views([noise(), noise(24, 94)], None, UPRIGHT)
    assert [len(views) for views in found] == [len(again.OTHERWISE)] * 2
    assert [view.shape for view in found[1]] == [(24, 94, 3)] * len(again.OTHERWISE)
    assert again.views([], None, UPRIGHT) == []


def test_only_doubtful_crops_of_one_row_are_looked_at_again(shipped: Bundle, tmp_path: Path) -> None:
    crops = [noise(), noise(80, 120)]  # the second has the proportions of two rows
    never = Counting(with_again(shipped, 0.0, tmp_path / "never"))
    plain = PlatePipeline(with_again(shipped, 0.0, tmp_path / "never"), never).read_crops(crops)
    assert never.items == {"read": 3}  # one view of the first, two of the second
    bundle = with_again(shipped, 1.0, tmp_path / "always")
    always = Counting(bundle)
    reads = PlatePipeline(bundle, always).read_crops(crops)
    extra = len(again.OTHERWISE) + len(again.ROUNDS)
    assert always.items == {"read": 3 + extra, "refine": max(again.ROUNDS)}
    assert (reads[0].table != plain[0].table).any()
    assert (reads[1].table == plain[1].table).all()
