"""What the tests of the locator's training share: the smallest set of fonts, no photographs."""

from __future__ import annotations

import pytest

from zhsq.errors import DownloadError
from zhsq.training.locator.config import SceneConfig
from zhsq.training.plates import fonts


@pytest.fixture(scope="session")
def plain() -> SceneConfig:
    """Scenes of one font and of drawn backgrounds; a skip where that font can't be had."""
    try:
        for face in fonts.SMALL_CHINESE:
            fonts.obtain(face)
    except DownloadError as error:
        pytest.skip(str(error))
    return SceneConfig(fonts="small", pictures=False, alphabets=2)
