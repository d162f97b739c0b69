"""Read plates: from a crop, and from a full photo (locate, set upright, recognise)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from zhsq.errors import BadImageError, BundleError, NoPlateError
from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner
from zhsq.models.plate import ctc
from zhsq.models.plate import locate as locator
from zhsq.models.plate.grammar import classify, colour_of, colours_agree, is_plate
from zhsq.models.plate.types import Character, PlateBox, PlateRead, PlateSighting

__all__ = ["Character", "PlateBox", "PlatePipeline", "PlateRead", "PlateSighting"]

#: Crops per call of the recogniser; more gains nothing on a CPU and costs memory.
BATCH = 32


class ReadParams(BaseModel):
    """Parameters of the recogniser, from the bundle. A crop is scaled to `width` x `height` and put at the left of
    a canvas of zeros, `canvas` wide; pixels are (value - mean) / scale in the order blue, green, red."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    height: int
    width: int
    canvas: int
    mean: float
    scale: float
    blank: int


class PlateParams(BaseModel):
    """`params` of a plate bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: ReadParams
    locate: locator.LocateParams
    #: Size of a plate set upright, width and height in pixels.
    upright: tuple[int, int]


class PlatePipeline:
    """Pre-processing, networks and post-processing of a plate bundle.

    The bundle's graphs are 'locate' (image -> loc, conf, landms) and 'read' (crops -> probabilities over its labels
    and the blank). The runner may be in process or on Triton.

    Raises:
        BundleError: the bundle is of another task, or its parameters or labels don't fit this pipeline.
    """

    def __init__(self, bundle: Bundle, runner: GraphRunner) -> None:
        if bundle.spec.task != "plate":
            raise BundleError(f"Bundle {bundle.name} is for {bundle.spec.task}, not for plates.", "Name a plate model.")
        try:
            self.params = PlateParams.model_validate(bundle.spec.params)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BundleError(f"Bundle {bundle.name}: params.{where}: {first['msg']}.", "Build it again.") from error
        self.bundle = bundle
        self._runner = runner
        self._read, self._locate = bundle.graph("read"), bundle.graph("locate")
        if len(self._locate.outputs) != 3 or self._read.outputs[0].shape[-1] != len(bundle.spec.labels) + 1:
            raise BundleError(f"Bundle {bundle.name}: graphs or labels don't fit a plate reader.", "Build it again.")

    def read_crop(self, rgb: RGBImage) -> PlateRead:
        """Read one crop that shows a plate upright, (height, width, 3) uint8 RGB. See `read_crops`."""
        return self.read_crops([rgb])[0]

    def read_crops(self, crops: Sequence[RGBImage]) -> list[PlateRead]:
        """Read crops of any sizes, in batches; a crop without a readable character gives text ''.

        Raises:
            BadImageError: a crop is not (height, width, 3) uint8, or has no pixels.
        """
        reads: list[PlateRead] = []
        for start in range(0, len(crops), BATCH):
            batch = [_checked(crop) for crop in crops[start : start + BATCH]]
            pixels = np.stack([self._canvas(crop) for crop in batch])
            outputs = self._runner.run("read", {self._read.inputs[0].name: pixels})
            frames = outputs[self._read.outputs[0].name]
            reads += [self._interpret(item, crop) for item, crop in zip(frames, batch, strict=True)]
        return reads

    def locate(self, rgb: RGBImage) -> list[PlateBox]:
        """Where plates may be in a photo, (height, width, 3) uint8 RGB; best first, [] when there is none.

        Raises:
            BadImageError: not (height, width, 3) uint8, or no pixels.
        """
        params = self.params.locate
        pixels, scale = locator.prepare(_checked(rgb), params)
        outputs = self._runner.run("locate", {self._locate.inputs[0].name: pixels})
        loc, conf, landmarks = (outputs[tensor.name][0] for tensor in self._locate.outputs)
        shape = (pixels.shape[2], pixels.shape[3])
        return locator.decode((loc, conf[:, 1], landmarks), shape, scale, params)

    def read_photo(self, rgb: RGBImage) -> list[PlateSighting]:
        """Every plate in a photo, best first.

        The locator takes signs and badges for plates at times. What it found is read, and the read decides the
        order: texts that are plates by the grammar first, then by locator score times weakest character. Boxes in
        which nothing was read are left out.

        Raises:
            BadImageError: not (height, width, 3) uint8, or no pixels.
        """
        boxes = self.locate(rgb)
        crops = [locator.rectify(rgb, box.corners, *self.params.upright) for box in boxes]
        reads = self.read_crops(crops)
        seen = [PlateSighting(r, b.box, b.corners, b.score) for r, b in zip(reads, boxes, strict=True) if r.text]
        return sorted(seen, key=lambda s: (is_plate(s.read.text), s.score * s.read.confidence), reverse=True)

    def best(self, rgb: RGBImage) -> PlateSighting:
        """The first of `read_photo`.

        Raises:
            NoPlateError: no plate was found.
            BadImageError: not (height, width, 3) uint8, or no pixels.
        """
        sightings = self.read_photo(rgb)
        if not sightings:
            raise NoPlateError(
                "No plate was found in the photo.", "Send a photo in which the plate is at least 60 pixels wide."
            )
        return sightings[0]

    def _canvas(self, crop: RGBImage) -> locator.Floats:
        p = self.params.read
        scaled = cv2.resize(crop, (p.width, p.height), interpolation=cv2.INTER_LINEAR)
        canvas = np.zeros((3, p.height, p.canvas), np.float32)
        canvas[:, :, : p.width] = (scaled[..., ::-1].astype(np.float32).transpose(2, 0, 1) - p.mean) / p.scale
        return canvas

    def _interpret(self, frames: locator.Floats, crop: RGBImage) -> PlateRead:
        characters, changed = ctc.constrain(ctc.decode(frames, self.bundle.spec.labels, self.params.read.blank))
        text = "".join(character.symbol for character in characters)
        colour = colour_of(crop)
        warnings = []
        if changed:
            warnings.append("a character was chosen by the grammar")
        if text and not is_plate(text):
            warnings.append("not a plate by GA 36-2018")
        if not colours_agree(text, colour):
            warnings.append(f"a {colour} ground does not go with {text}")
        weakest = min((character.confidence for character in characters), default=0.0)
        return PlateRead(text, characters, weakest, classify(text, colour), colour, tuple(warnings))


def _checked(image: RGBImage) -> RGBImage:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise BadImageError(
            f"An image of shape {image.shape}, {image.dtype} can't be read.", "Give (height, width, 3) uint8 RGB."
        )
    return image
