"""The stream of samples: seeded, of the class asked for, and a folder that the benchmark reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from zhsq.data import plates_cn
from zhsq.data.registry import locate
from zhsq.imaging import decode_image
from zhsq.models.plate.grammar import classify
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.synthesis import SHARES, Sample, Synthesis, write_folder


def drawn(config: SynthesisConfig, seed: int, n: int = 8) -> list[Sample]:
    synthesis = Synthesis(config, seed)
    return [synthesis.sample() for _ in range(n)]


def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(small: SynthesisConfig) -> None:
    first, again, other = drawn(small, 1), drawn(small, 1), drawn(small, 2)
    assert [(s.text, s.plate_class, s.image.tobytes()) for s in first] == [
        (s.text, s.plate_class, s.image.tobytes()) for s in again
    ]
    assert all(a.text != b.text for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("plate_class", SHARES)
def test_a_class_that_is_asked_for_is_drawn(plate_class: str, small: SynthesisConfig) -> None:
    synthesis = Synthesis(small, 3)
    for _ in range(6):
        sample = synthesis.sample(plate_class)
        assert sample.plate_class == plate_class
        assert classify(sample.text, "yellow" if plate_class == "yellow" else "unknown") == plate_class
        assert sample.image.dtype == np.uint8 and sample.image.shape[2] == 3
        if plate_class == "trailer":  # always of two rows, and those come joined
            assert sample.image.shape[1] == 4 * sample.image.shape[0]


def test_classes_are_drawn_by_their_shares(small: SynthesisConfig) -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
    n = 800
    counts = Counter(sample.plate_class for sample in drawn(small, 4, n))
    assert set(counts) == set(SHARES)
    for plate_class, share in SHARES.items():
        # Four standard deviations of a binomial: one test in some thousand seeds would fail, and the seed is fixed.
        assert abs(counts[plate_class] / n - share) < 4 * (share * (1 - share) / n) ** 0.5, plate_class


def test_some_crops_show_no_plate_when_asked_for(small: SynthesisConfig) -> None:
    samples = drawn(small.model_copy(update={"empty": 0.5}), 5, 300)
    empty = [sample for sample in samples if not sample.text]
    assert 0.38 < len(empty) / 300 < 0.62
    assert {sample.plate_class for sample in empty} == {"unknown"}
    assert all(sample.text for sample in drawn(small, 5, 100))


def test_a_folder_of_crops_is_one_that_the_benchmark_reads(small: SynthesisConfig, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    root = write_folder(Synthesis(small, 6), tmp_path / "made", 2, lambda done, total, _: steps.append((done, total)))
    crops = plates_cn.load(locate(str(root), "plates_cn"))
    assert len(crops) == 2 * len(SHARES) == len(steps) and steps[-1] == (len(crops), len(crops))
    assert Counter(crop.plate_class for crop in crops) == dict.fromkeys(SHARES, 2)
    again = Synthesis(small, 6)
    by_file = {crop.path.name: crop for crop in crops}
    for plate_class in SHARES:
        for i in range(2):
            sample, crop = again.sample(plate_class), by_file[f"{plate_class}-{i:05d}.png"]
            assert crop.plate == sample.text
            assert (decode_image(crop.path) == sample.image).all()  # lossless, and red is not blue
