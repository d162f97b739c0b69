"""What the tests of synthetic plates share: the smallest set of fonts."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.errors import DownloadError
from zhsq.training.plates import fonts
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.glyphs import Alphabet, alphabets


@pytest.fixture(scope="session")
def small() -> SynthesisConfig:
    """One Chinese font and our own strokes; a skip where that font can't be had."""
    try:
        for face in fonts.SMALL_CHINESE:
            fonts.obtain(face)
    except DownloadError as error:
        pytest.skip(str(error))
    return SynthesisConfig(fonts="small", alphabets=6, empty=0)


@pytest.fixture(scope="session")
def alphabet(small: SynthesisConfig) -> Alphabet:
    """One plain alphabet: strokes of 11 mm, nothing bent."""
    made = alphabets(fonts.SMALL_CHINESE, (), np.random.default_rng(0), 1, 1.0)[0]
    return Alphabet(made.chinese, None)
