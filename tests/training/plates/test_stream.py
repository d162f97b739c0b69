"""Batches for training: encoded numbers, and a pool that is renewed while it is drawn from."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from zhsq.models.plate.grammar import PLACES, SYMBOLS, random_plate
from zhsq.models.plate.types import codes_of
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.stream import Stream, fixed
from zhsq.training.plates.synthesis import SHARES

SIZE = (56, 16)


def batches(config: SynthesisConfig, n: int, *, batch: int = 8, reuse: float, pool: int, seed: int = 1):
    return list(itertools.islice(iter(Stream(config, SIZE, batch, reuse, pool, seed)), n))


def prints(crops: torch.Tensor) -> set[bytes]:
    return {crop.numpy().tobytes() for crop in crops}


def test_a_number_is_told_by_its_codes() -> None:
    symbols = ["", *SYMBOLS]
    rng = np.random.default_rng(0)
    for plate_class in SHARES:
        for _ in range(20):
            text = random_plate(plate_class, rng)
            codes = codes_of(text)
            assert codes.shape == (PLACES,)
            assert "".join(symbols[code] for code in codes) == text
    # 京 is the first symbol; 31 provinces and 10 digits stand before A; place 8 of a plate of 7 is none.
    assert codes_of("京A00001").tolist() == [1, 42, 32, 32, 32, 32, 33, 0]
    assert not codes_of("").any()
    for strange in ("京I00001", "京AD123456"):
        with pytest.raises(ValueError, match=strange):
            codes_of(strange)


def test_batches_have_the_shapes_that_are_promised(small: SynthesisConfig) -> None:
    for crops, codes in batches(small, 3, batch=5, reuse=2, pool=10):
        assert crops.shape == (5, 3, 16, 56) and crops.dtype == torch.uint8
        assert codes.shape == (5, 8) and codes.dtype == torch.int64
        assert int(codes.max()) <= len(SYMBOLS) and (codes[:, :7] > 0).all()


def test_the_same_seed_gives_the_same_batches(small: SynthesisConfig) -> None:
    first, again, other = (batches(small, 2, reuse=2, pool=16, seed=seed) for seed in (1, 1, 2))
    assert all((a == c).all() and (b == d).all() for (a, b), (c, d) in zip(first, again, strict=True))
    assert not (first[0][1] == other[0][1]).all()


def test_each_crop_is_drawn_once_when_nothing_is_reused(small: SynthesisConfig) -> None:
    found = [prints(crops) for crops, _ in batches(small, 5, reuse=1, pool=8)]
    assert len(set.union(*found)) == 5 * 8


def test_a_pool_is_renewed_by_the_share_that_is_not_reused(small: SynthesisConfig) -> None:
    # The first batch fills 8 places; each later one adds 8 / 2 = 4 crops, so that 21 batches have drawn 8 + 20 * 4 = 88.
    found = [prints(crops) for crops, _ in batches(small, 21, reuse=2, pool=16)]
    seen = set.union(*found)
    assert 60 < len(seen) <= 88
    assert all(len(batch) == 8 for batch in found)  # no crop twice in a batch
    # After batch 4 places 0 to 7 are written anew: 8 + 3 * 4 = 20, of which the first 4 went over; after 6 batches all.
    assert not set.union(*found[5:]) & found[0]
    assert found[1] & found[0]  # until then crops come again


def test_workers_draw_different_crops(small: SynthesisConfig) -> None:
    stream = Stream(small, SIZE, 4, 1.0, 8, 1)
    loader = iter(torch.utils.data.DataLoader(stream, batch_size=None, num_workers=2))
    (first, _), (second, _) = next(loader), next(loader)
    assert not prints(first) & prints(second)


def test_a_fixed_set_holds_every_class_in_turn(small: SynthesisConfig) -> None:
    made = fixed(small, SIZE, 2 * len(SHARES) + 1, 3)
    assert made.crops.shape == (25, 3, 16, 56) and made.crops.dtype == np.uint8
    assert made.codes.shape == (25, 8) and made.codes.dtype == np.int64
    assert made.classes == [*SHARES, *SHARES, next(iter(SHARES))]
    assert all((codes_of(text) == row).all() for text, row in zip(made.texts, made.codes, strict=True))
    assert (fixed(small, SIZE, 3, 3).crops == made.crops[:3]).all()
