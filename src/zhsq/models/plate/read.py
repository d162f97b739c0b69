"""From a crop to a reader's input, and from its output to a read; for both kinds of reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from zhsq.imaging import RGBImage
from zhsq.models.plate import ctc
from zhsq.models.plate.decoding import read_of, warnings_of
from zhsq.models.plate.grammar import Colour, classify
from zhsq.models.plate.preprocess import fit_crop
from zhsq.models.plate.types import COLUMNS, PlateRead, table_of


class CtcParams(BaseModel):
    """Of a reader of time steps. A crop is scaled to `width` x `height` and put at the left of a canvas of zeros,
    `canvas` wide; pixels are (value - mean) / scale in the order blue, green, red."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["ctc"] = "ctc"
    height: int
    width: int
    canvas: int
    mean: float
    scale: float
    blank: int
    #: A crop less wide than this many times its height is read as two rows too, and the surer read stands; 0 for never.
    two_rows: float = 0.0


class PlacesParams(BaseModel):
    """Of a reader of eight places, ours. A crop is scaled to `width` x `height`; pixels are 0..255, red, green, blue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["places"] = "places"
    height: int
    width: int
    two_rows: float = 2.6
    #: A read less sure than this is made again with the plate set upright too; 0 for never.
    again: float = Field(default=0.0, ge=0, le=1)


ReadParams = Annotated[CtcParams | PlacesParams, Field(discriminator="kind")]


def classes(params: CtcParams | PlacesParams, labels: Sequence[str]) -> int:
    """How many classes the reader's graph must give."""
    return len(labels) + 1 if params.kind == "ctc" else COLUMNS


def pixels(crop: RGBImage, params: CtcParams | PlacesParams) -> NDArray[np.float32]:
    """A crop, (h, w, 3) uint8 RGB, as the graph takes it: (3, height, width) float32."""
    if params.kind == "places":
        return fit_crop(crop, params.width, params.height).transpose(2, 0, 1).astype(np.float32)
    scaled = cv2.resize(crop, (params.width, params.height), interpolation=cv2.INTER_LINEAR)
    canvas = np.zeros((3, params.height, params.canvas), np.float32)
    upright = scaled[..., ::-1].astype(np.float32).transpose(2, 0, 1)
    canvas[:, :, : params.width] = (upright - params.mean) / params.scale
    return canvas


def interpret(
    output: NDArray[np.float32], colour: Colour, params: CtcParams | PlacesParams, labels: Sequence[str]
) -> PlateRead:
    """What one item of the graph's output says.

    Args:
        output: (time, classes) of a CTC reader, (8, 73) of a reader of places.
        colour: of the plate's ground.
        params: of the reader.
        labels: of the bundle; a CTC reader's alphabet.
    """
    if params.kind == "places":
        return read_of(output, colour)
    characters, changed = ctc.constrain(ctc.decode(output, labels, params.blank))
    text = "".join(character.symbol for character in characters)
    said = warnings_of(text, colour, changed)
    weakest = min((character.confidence for character in characters), default=0.0)
    return PlateRead(text, characters, weakest, classify(text, colour), colour, said, table_of(characters))
