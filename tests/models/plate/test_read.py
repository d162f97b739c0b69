"""Crops of one row and of two, and both kinds of reader."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec
from zhsq.models.graph import Array
from zhsq.models.plate import read as reader
from zhsq.models.plate.grammar import SYMBOLS
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.types import COLUMNS, Table, codes_of


def table(text: str, sure: float) -> Table:
    """Every symbol of `text`, and every 'none' behind it, with probability `sure`."""
    rows = np.full((8, COLUMNS), (1 - sure) / (COLUMNS - 1), np.float32)
    rows[np.arange(8), codes_of(text)] = sure
    return rows


class Spoken:
    """A runner that says what it was told to, item by item, and keeps what it was shown."""

    def __init__(self, tables: list[Table]) -> None:
        self.tables, self.shown = list(tables), []  # type: ignore[var-annotated]

    def run(self, graph: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        self.shown += list(inputs["crops"])
        said, self.tables = self.tables[: len(inputs["crops"])], self.tables[len(inputs["crops"]) :]
        return {"probabilities": np.stack(said)}


@pytest.fixture
def bundle(plate_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    spec = BundleSpec(
        task="plate",
        name="spoken",
        version="1.0.0",
        graphs={
            **{name: graph for name, graph in plate_bundle.spec.graphs.items() if name in ("locate", "refine")},
            "read": GraphSpec(
                file="read.onnx",
                inputs=(TensorSpec(name="crops", shape=(-1, 3, 24, 96)),),
                outputs=(TensorSpec(name="probabilities", shape=(-1, 8, COLUMNS)),),
            ),
        },
        params={
            **{key: value for key, value in plate_bundle.spec.params.items() if key != "opinion"},
            "read": {"kind": "places", "height": 24, "width": 96, "two_rows": 2.6},
        },
        labels=tuple(SYMBOLS),
        provenance=Provenance(built_by="a test"),
    )
    files = {graph.file: plate_bundle.path / graph.file for graph in spec.graphs.values()}
    return Bundle.build(spec, files, tmp_path_factory.mktemp("spoken"))


def crop(width: int, height: int) -> RGBImage:
    return np.linspace((60,) * 3, (120,) * 3, width).astype(np.uint8)[None].repeat(height, 0)


def test_a_wide_crop_is_read_once_and_a_high_one_twice(bundle: Bundle) -> None:
    runner = Spoken([table("皖A12345", 0.9), table("皖B12345", 0.6), table("皖C12345", 0.8)])
    wide, high = PlatePipeline(bundle, runner).read_crops([crop(94, 24), crop(94, 47)])
    assert len(runner.shown) == 3  # 94/24 = 3.9 is one row; 94/47 = 2.0 may be two
    assert (wide.text, high.text) == ("皖A12345", "皖C12345")


def test_of_two_readings_one_that_is_a_plate_stands_even_if_less_sure(bundle: Bundle) -> None:
    runner = Spoken([table("AAAAAAA", 0.9999), table("皖C12345", 0.6)])
    assert PlatePipeline(bundle, runner).read_crop(crop(94, 47)).text == "皖C12345"


def test_a_reader_of_places_sees_red_green_blue_of_0_to_255() -> None:
    params = reader.PlacesParams(height=24, width=96)
    picture = np.zeros((12, 40, 3), np.uint8)
    picture[..., 0] = 255
    seen = reader.pixels(picture, params)
    assert (seen.shape, seen.dtype) == ((3, 24, 96), np.float32)
    assert seen[0].min() == 255 and seen[1:].max() == 0


def test_a_lost_last_character_weakens_the_whole_read() -> None:
    params = reader.PlacesParams(height=24, width=96)
    rows = table("皖AD12345", 0.99)
    rows[7] = 0
    rows[7, 0], rows[7, codes_of("皖AD12345")[7]] = 0.55, 0.45
    read = reader.interpret(rows, "green", params, tuple(SYMBOLS))
    # 皖AD1234 is a plate of seven, but a green one with a doubtful end: the end's doubt is the read's.
    assert read.confidence == pytest.approx(0.55, abs=1e-6)
    assert read.warnings
