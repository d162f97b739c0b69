"""Contact sheets of the worst errors of a face run, for eyes: is it the model, the photo or the label?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import BadImageError, MissingExtraError
from zhsq.imaging import decode_image
from zhsq.watch.snapshot import SnapshotSettings, blur

#: A face fills half of a photo here: in blocks of a tenth it is four wide, which tells nobody.
_COARSE = SnapshotSettings(blocks=10)
Trials = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Shown:
    """Two photos beside each other, with what is written above them."""

    left: Path
    right: Path
    text: str


def worst_pairs(
    trials: Trials, root: Path, threshold: float | None = None, n: int = 12
) -> tuple[list[Shown], list[Shown]]:
    """The most alike of two people, and the least alike of one person.

    Args:
        trials: of a face-verification run.
        root: the folder that holds one folder a person.
        threshold: cosine; only pairs on its wrong side are shown. None shows the hardest pairs, wrong or not.
        n: of each at most.

    Returns:
        (pairs of two people, pairs of one person), worst first; a failure to acquire is the worst of one person.
    """
    scores, genuine = trials["scores"], trials["genuine"].astype(bool)
    found = []
    sides = [(~genuine, -1.0), (genuine, 1.0)]
    if threshold is not None:
        sides = [(~genuine & (scores >= threshold), -1.0), (genuine & (scores < threshold), 1.0)]
    for wrong, sign in sides:
        order = np.flatnonzero(wrong)[np.argsort(sign * scores[wrong], kind="stable")][:n]
        found.append([_shown(trials, root, int(i)) for i in order])
    return found[0], found[1]


def _shown(trials: Trials, root: Path, i: int) -> Shown:
    left, right = (root / str(trials[side][i]) / str(trials[f"{side}_file"][i]) for side in ("left", "right"))
    score = float(trials["scores"][i])
    text = f"{score:.3f}" if np.isfinite(score) else "no face found"
    return Shown(left, right, f"{text}\n{left.stem} | {right.stem}")


def draw(figure: Any, shown: Sequence[Shown], columns: int = 3, *, hide: bool = False) -> None:
    """Draw pairs into a matplotlib figure, a photo that can't be decoded as an empty field.

    Args:
        figure: a matplotlib figure.
        shown: pairs.
        columns: of pairs.
        hide: pixelate every photo and leave out its file's name, as for a sheet that others will see.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401 (only to say early, and clearly, that it is missing)
    except ImportError as error:
        raise MissingExtraError("track", "A contact sheet") from error
    rows = max(1, -(-len(shown) // columns))
    grid = np.atleast_2d(figure.subplots(rows, columns, squeeze=False))
    for axes in grid.ravel():
        axes.set_axis_off()
    for axes, item in zip(grid.ravel(), shown, strict=False):
        picture = np.hstack([_photo(item.left), _photo(item.right)])
        axes.imshow(blur(picture, np.ones(picture.shape[:2], dtype=bool), _COARSE) if hide else picture)
        axes.set_title(item.text.partition("\n")[0] if hide else item.text, fontsize=7)


def _photo(path: Path, side: int = 160) -> NDArray[np.uint8]:
    import cv2

    try:
        image = decode_image(path)
    except BadImageError:
        return np.full((side, side, 3), 230, dtype=np.uint8)
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8)
