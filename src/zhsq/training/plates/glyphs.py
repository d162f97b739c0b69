"""Masks of symbols, scaled to the boxes that a plate's layout gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from zhsq.models.plate.grammar import DIGITS, LETTERS
from zhsq.training.plates import strokes
from zhsq.training.plates.fonts import Face, obtain

Mask = NDArray[np.uint8]
#: Height in pixels at which a font's glyph is drawn before it is scaled down.
_MASTER = 200
#: Rows and columns of the grid by which a symbol is bent.
_GRID = (5, 4)
_LATIN = DIGITS + LETTERS
#: Digits and letters that keep their own width in a box: stretched they'd be bars.
_NARROW = {"1": 0.42, "J": 0.85}


def _masters(face: Face) -> dict[str, Mask]:
    """Glyphs of one face, cut to their ink."""
    font = ImageFont.truetype(str(obtain(face)), _MASTER, index=face.index)
    return _Masters(font)


class _Masters(dict[str, Mask]):
    """Glyphs of a font, drawn when first asked for and cut to their ink."""

    def __init__(self, font: ImageFont.FreeTypeFont) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, symbol: str) -> Mask:
        image = Image.new("L", (_MASTER * 2, _MASTER * 2))
        ImageDraw.Draw(image).text((_MASTER // 2, _MASTER // 4), symbol, fill=255, font=self._font)
        box = image.getbbox()
        if box is None:
            raise KeyError(f"the font {self._font.getname()} has no {symbol!r}")
        self[symbol] = np.asarray(image.crop(box), np.uint8)
        return self[symbol]


@dataclass
class Alphabet:
    """A choice of letterforms: which face draws Chinese characters, which draws digits and letters, how bold.

    Attributes:
        chinese: masters of Chinese characters; None draws `strokes`.
        latin: masters of digits and letters; None draws `strokes`.
        weight, fine: of drawn strokes in millimetres: of digits and letters, and of Chinese characters.
        extra: how much is added to a font's strokes (-1 to 1 mm).
        flag, depth: of the drawn 1 and M, see `strokes.mask`.
        wobble: how far the strokes of a drawn Chinese character are moved, see `strokes.mask`.
        bend: how far parts of a symbol may move, in shares of its box: no font is the plates' own, and a reader shall
            not learn one by heart.
        shrink: width and height of a Chinese character's ink in shares of its box: plates leave some of it free.
        seed: of the bends.
    """

    chinese: dict[str, Mask] | None
    latin: dict[str, Mask] | None
    weight: float = 11.0
    fine: float = 6.5
    flag: float = 6.0
    depth: float = 55.0
    extra: float = 0.0
    wobble: float = 0.0
    bend: float = 0.0
    shrink: tuple[float, float] = (1.0, 1.0)
    seed: int = 0
    _cache: dict[tuple[str, int, int], Mask] = field(default_factory=dict)

    def mask(self, symbol: str, width: int, height: int) -> Mask:
        """The symbol in a box of `width` x `height` pixels: (height, width) uint8, 255 in the ink."""
        key = (symbol, width, height)
        if key not in self._cache:
            self._cache[key] = self._bent(self._draw(symbol, width, height), symbol)
        return self._cache[key]

    def _bent(self, mask: Mask, symbol: str) -> Mask:
        """The mask with its parts pushed about smoothly: elastic deformation (Simard et al., ICDAR 2003) of a coarse grid.

        Digits and letters are pushed less than Chinese characters, whose parts differ more from one typeface to the next.
        """
        if not self.bend:
            return mask
        height, width = mask.shape
        reach = self.bend if symbol not in _LATIN else 0.6 * self.bend
        rng = np.random.default_rng([self.seed, ord(symbol)])
        push = [
            cv2.resize(
                rng.uniform(-reach, reach, _GRID).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
            )
            for _ in range(2)
        ]
        down, across = np.mgrid[0:height, 0:width].astype(np.float32)
        moved = cv2.remap(mask, across + push[0] * width, down + push[1] * height, cv2.INTER_LINEAR)
        return np.asarray(moved, np.uint8)

    def _draw(self, symbol: str, width: int, height: int) -> Mask:
        plain = symbol in _LATIN
        masters = self.latin if plain else self.chinese
        if masters is None:
            weight = self.weight if plain else self.fine
            rng = np.random.default_rng([self.seed, ord(symbol), 1])
            ink = strokes.mask(symbol, weight, self.flag, self.depth, self.wobble, rng)
            narrow = 1.0
        else:
            ink, narrow = masters[symbol], _NARROW.get(symbol, 1.0)
        across, down = (1.0, 1.0) if plain else self.shrink
        inner, tall = max(2, round(width * across * narrow)), max(2, round(height * down))
        scaled = np.asarray(cv2.resize(ink, (inner, tall), interpolation=cv2.INTER_AREA), np.uint8)
        if self.extra and masters is not None:  # bolder or lighter: move the edge of the softened mask
            soft = cv2.GaussianBlur(scaled, (0, 0), 0.8).astype(np.float32) / 255
            scaled = np.asarray(np.clip((soft - 0.5) * 2.2 + 0.5 + self.extra * 0.5, 0, 1) * 255, np.uint8)
        box = np.zeros((height, width), np.uint8)
        left, top = (width - inner) // 2, (height - tall) // 2
        box[top : top + tall, left : left + inner] = scaled
        return box


def alphabets(
    chinese: Sequence[Face], latin: Sequence[Face], rng: np.random.Generator, count: int, drawn: float
) -> list[Alphabet]:
    """`count` alphabets: digits and letters, and Chinese characters, are each our strokes (share `drawn`) or a face's."""
    made = []
    masters = {face: _masters(face) for face in (*chinese, *latin)}
    for _ in range(count):
        hanzi, plain = _choice(chinese, drawn, rng), _choice(latin, drawn, rng)
        extra = float(rng.uniform(-0.5, 0.7))
        made.append(
            Alphabet(
                chinese=None if hanzi is None else masters[hanzi],
                latin=None if plain is None else masters[plain],
                weight=float(rng.uniform(8, 12.5)),
                fine=float(rng.uniform(5, 7.5)),
                flag=float(rng.choice([0.0, 0.0, 0.0, 4.0, 8.0])),
                depth=float(rng.uniform(34, 58)),
                extra=abs(extra) + 0.3 if hanzi is not None and hanzi.thin else extra,
                wobble=float(rng.uniform(0, 1.8)),
                bend=float(rng.uniform(0, 0.045 if hanzi is None else 0.075)),
                shrink=(float(rng.uniform(0.9, 1.0)), float(rng.uniform(0.96 if hanzi is None else 0.84, 1.0))),
                seed=int(rng.integers(1 << 30)),
            )
        )
    return made


def _choice(faces: Sequence[Face], drawn: float, rng: np.random.Generator) -> Face | None:
    """One of the faces, or None for our own strokes."""
    if not faces or rng.random() < drawn:
        return None
    return faces[int(rng.integers(len(faces)))]
