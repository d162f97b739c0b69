"""Contact sheets of the plates that were read wrongly, for eyes: is it the reader, the picture or the label?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.data.plate_labels import place
from zhsq.data.plates_cn import FOLDERS
from zhsq.errors import BadImageError, MissingExtraError
from zhsq.imaging import decode_image
from zhsq.workspace import cache_dir

Trials = dict[str, NDArray[Any]]
#: Families with Chinese characters that a machine may have; the first found is taken.
_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)


@dataclass(frozen=True)
class Shown:
    """One crop, with what stands on it by the labels and what was read."""

    path: Path
    truth: str
    read: str
    confidence: float


def failures(trials: Trials, root: Path, n: int = 24) -> list[Shown]:
    """Crops that were read wrongly, the surest first: those would open a gate.

    Args:
        trials: of a plate-reading run.
        root: the folder that was measured.
        n: at most.
    """
    wrong = np.flatnonzero(~trials["correct"].astype(bool))
    order = wrong[np.argsort(-trials["confidence"][wrong], kind="stable")][:n]
    return [
        Shown(
            place(root, str(trials["file"][i]), FOLDERS) or root / str(trials["file"][i]),
            str(trials["truth"][i]),
            str(trials["read"][i]),
            float(trials["confidence"][i]),
        )
        for i in order.tolist()
    ]


def draw(figure: Any, shown: Sequence[Shown], columns: int = 4) -> None:
    """Draw crops into a matplotlib figure, one that can't be decoded as an empty field.

    Above each stand the label, what was read and the weakest character's confidence. On a machine without a font that
    has Chinese characters, those are written as their code points (皖: U+7696).

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        family = _family()
    except ImportError as error:
        raise MissingExtraError("track", "A contact sheet") from error
    rows = max(1, -(-len(shown) // columns))
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.ravel():
        axes.set_axis_off()
    for axes, item in zip(grid.ravel(), shown, strict=False):
        axes.imshow(_crop(item.path))
        text = f"{item.truth}\n{item.read or '-'}  {item.confidence:.2f}"
        if family is None:
            text = "".join(symbol if ord(symbol) < 128 else f"U+{ord(symbol):04X} " for symbol in text)
        axes.set_title(text, fontsize=8, **({"fontfamily": [family, "DejaVu Sans"]} if family else {}))


def _family() -> str | None:
    """A font family with Chinese characters: of the machine, or of those that the plate generator fetched."""
    from matplotlib import font_manager

    def known() -> str | None:
        names = {entry.name for entry in font_manager.fontManager.ttflist}
        return next((family for family in _FAMILIES if family in names), None)

    if known() is None:
        for path in sorted((cache_dir() / "fonts").rglob("*.tt[cf]")):
            font_manager.fontManager.addfont(path)
    return known()


def _crop(path: Path) -> NDArray[np.uint8]:
    try:
        return decode_image(path)
    except BadImageError:
        return np.full((24, 94, 3), 230, dtype=np.uint8)
