"""Contact sheets: what the synthesis draws, class by class, for a person to look at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.synthesis import SHARES, Synthesis

#: A tile's width and height, pixels, and tiles in a row: one row of a sheet is one class.
TILE, ACROSS = (168, 48), 8


def sheet(config: SynthesisConfig, seed: int) -> RGBImage:
    """Eight crops of each class, a class a row in the order of `synthesis.SHARES`: (rows * 48, 1344, 3) uint8 RGB."""
    synthesis = Synthesis(config, seed)
    rows = []
    for plate_class in SHARES:
        crops = [synthesis.sample(plate_class).image for _ in range(ACROSS)]
        rows.append(np.hstack([cv2.resize(crop, TILE, interpolation=cv2.INTER_AREA) for crop in crops]))
    return np.asarray(np.vstack(rows), np.uint8)


def contact_sheet(config: SynthesisConfig, seed: int, path: Path) -> Path:
    """Write `sheet` as a PNG."""
    cv2.imwrite(str(path), sheet(config, seed)[..., ::-1])
    return path
