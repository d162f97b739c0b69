"""A stream of labelled synthetic plate crops: every class, seeded, made as fast as a reader is trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from zhsq.data import plate_labels
from zhsq.imaging import RGBImage
from zhsq.models.plate.grammar import PlateClass, random_plate
from zhsq.models.plate.rows import join_rows
from zhsq.training.hooks import Progress
from zhsq.training.plates import fonts
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.flat import draw
from zhsq.training.plates.glyphs import alphabets
from zhsq.training.plates.layouts import layout_of
from zhsq.training.plates.scene import bare, photograph

#: How often each class is drawn; blue leads as on the road, the rare ones are far commoner than there.
SHARES: dict[PlateClass, float] = {
    "blue": 0.31,
    "yellow": 0.15,
    "green_small": 0.13,
    "green_large": 0.06,
    "police": 0.055,
    "trailer": 0.05,
    "learner": 0.04,
    "hk_macau": 0.04,
    "embassy": 0.03,
    "consulate": 0.03,
    "military": 0.045,
    "armed_police": 0.06,
}


@dataclass(frozen=True)
class Sample:
    """One crop: (height, width, 3) uint8 RGB of a drawn size, its text ('' for none) and class ('unknown' for none)."""

    image: RGBImage
    text: str
    plate_class: PlateClass


class Synthesis:
    """Draws samples; the same seed gives the same samples in the same order.

    Raises:
        DownloadError: a font is neither on the machine nor to be had.
    """

    def __init__(self, config: SynthesisConfig, seed: int) -> None:
        self.config = config
        self._rng = np.random.default_rng(seed)
        small = config.fonts == "small"
        self._alphabets = alphabets(
            fonts.SMALL_CHINESE if small else fonts.CHINESE,
            () if small else fonts.LATIN,
            np.random.default_rng([seed, 1]),
            config.alphabets,
            config.drawn,
        )
        # Data sets store crops of one row; what is kept so of two rows can't be told from it.
        self._two_rows = config.camera.model_copy(update={"stored": 0.0})
        self._classes = tuple(SHARES)
        self._shares = np.cumsum(list(SHARES.values()))

    def sample(self, plate_class: PlateClass | None = None) -> Sample:
        """The next sample; of a class when one is named."""
        rng = self._rng
        if plate_class is None:
            if rng.random() < self.config.empty:
                return Sample(bare(self.config.camera, rng), "", "unknown")
            drawn = int(np.searchsorted(self._shares, rng.random() * self._shares[-1]))
            plate_class = self._classes[min(drawn, len(self._classes) - 1)]
        text = random_plate(plate_class, rng)
        layout = layout_of(plate_class, text, float(rng.random()))
        flat = draw(text, layout, self._alphabets[int(rng.integers(len(self._alphabets)))], rng)
        if layout.two_rows:
            return Sample(join_rows(photograph(flat, self._two_rows, rng, cut="corners")), text, plate_class)
        return Sample(photograph(flat, self.config.camera, rng), text, plate_class)


def write_folder(synthesis: Synthesis, root: Path, per_class: int, progress: Progress) -> Path:
    """A folder of crops with `labels.csv` (file, plate, plate_class) that `zhsq bench plate-reading` measures.

    Args:
        synthesis: the source.
        root: made when absent.
        per_class: crops of each class.
        progress: called with crops done and all.

    Returns:
        `root`.
    """
    (root / "crops").mkdir(parents=True, exist_ok=True)
    table, total = [], per_class * len(SHARES)
    for plate_class in SHARES:
        for i in range(per_class):
            sample = synthesis.sample(plate_class)
            name = f"crops/{plate_class}-{i:05d}.png"
            cv2.imwrite(str(root / name), sample.image[..., ::-1])
            table.append((name, sample.text, plate_class))
            progress(len(table), total, "synthetic crops")
    plate_labels.write(root / "labels.csv", ("file", "plate", "plate_class"), table)
    return root
