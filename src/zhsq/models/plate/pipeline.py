"""Read plates: from a crop, and from a full photo (locate, set upright, recognise)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from zhsq.errors import BadImageError, BundleError, NoPlateError
from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.graph import GraphRunner
from zhsq.models.plate import again, opinion
from zhsq.models.plate import locate as locator
from zhsq.models.plate import read as reader
from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.grammar import colour_of, is_plate
from zhsq.models.plate.opinion import OpinionParams
from zhsq.models.plate.rows import join_rows
from zhsq.models.plate.types import Character, PlateBox, PlateRead, PlateSighting, table_of

__all__ = ["Character", "PlateBox", "PlatePipeline", "PlateRead", "PlateSighting"]

#: Crops per call of the recogniser; more gains nothing on a CPU and costs memory.
BATCH = 32
#: Standard deviation of every channel below which a crop is of one shade and shows nothing, grey levels. A network that
#: takes the light out of each channel would make something of the rest.
LEAST_CONTRAST = 1.0


class PlateParams(BaseModel):
    """`params` of a plate bundle."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: reader.ReadParams
    locate: locator.LocateParams
    #: Of the reader that is asked for a second opinion; None where the bundle has none.
    opinion: OpinionParams | None = None
    #: Size of a plate set upright, width and height in pixels; one that seems to have two rows is half its width high.
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
        self._read = bundle.graph("read")
        expected = reader.classes(self.params.read, bundle.spec.labels)
        looks = {name: len(bundle.graph(name).outputs) for name in locator.graphs(self.params.locate)}
        if looks != locator.graphs(self.params.locate) or self._read.outputs[0].shape[-1] != expected:
            raise BundleError(f"Bundle {bundle.name}: graphs or labels don't fit a plate reader.", "Build it again.")

    def read_crop(self, rgb: RGBImage) -> PlateRead:
        """Read one crop that shows a plate upright, (height, width, 3) uint8 RGB. See `read_crops`."""
        return self.read_crops([rgb])[0]

    def read_crops(self, crops: Sequence[RGBImage]) -> list[PlateRead]:
        """Read crops of any sizes, in batches; a crop without a readable character gives text ''.

        A crop too high for one row is read as one row and as two; the surer of the two that are plates stands. A read
        of our reader that is doubtful is made again with the plate set upright (`again`), and, where the bundle has a
        second reader, weighed with what that one says (`opinion`).

        Raises:
            BadImageError: a crop is not (height, width, 3) uint8, or has no pixels.
        """
        shown = [i for i, crop in enumerate(crops) if cv2.meanStdDev(_checked(crop))[1].max() >= LEAST_CONTRAST]
        views = [(i, view) for i in shown for view in self._views(crops[i])]
        colours = [colour_of(crop) for crop in crops]
        best: dict[int, PlateRead] = {}
        for (i, _), output in zip(views, self._outputs([view for _, view in views]), strict=True):
            read = reader.interpret(output, colours[i], self.params.read, self.bundle.spec.labels)
            if i not in best or _rank(read) > _rank(best[i]):
                best[i] = read
        self._look_closer(crops, best)
        return [best[i] if i in best else read_of(table_of(()), colours[i]) for i in range(len(crops))]

    def _outputs(self, views: Sequence[RGBImage]) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(views), BATCH):
            pixels = np.stack([reader.pixels(view, self.params.read) for view in views[start : start + BATCH]])
            yield from self._runner.run("read", {self._read.inputs[0].name: pixels})[self._read.outputs[0].name]

    def _look_closer(self, crops: Sequence[RGBImage], reads: dict[int, PlateRead]) -> None:
        """Make doubtful reads of one row again, from two views and with the second reader, where the bundle has these."""
        params = self.params.read
        if params.kind != "places":
            return
        doubtful = [i for i, read in reads.items() if read.confidence < params.again and not self._high(crops[i])]
        if "refine" in self.bundle.spec.graphs:
            for start in range(0, len(doubtful), BATCH):
                part = doubtful[start : start + BATCH]
                views = again.upright([crops[i] for i in part], self._refine, self.params.upright)
                for i, output in zip(part, self._outputs(views), strict=True):
                    reads[i] = read_of(again.joined([reads[i].table, output]), reads[i].colour)
        self._second_opinion(crops, reads, [i for i in doubtful if reads[i].confidence < params.again])

    def _second_opinion(self, crops: Sequence[RGBImage], reads: dict[int, PlateRead], doubtful: Sequence[int]) -> None:
        params = self.params.opinion
        if params is None:
            return
        asked = [i for i in doubtful if opinion.knows(reads[i].text, params)]
        for start in range(0, len(asked), BATCH):
            part = asked[start : start + BATCH]
            pixels = np.stack([reader.pixels(crops[i], params.reader) for i in part])
            (frames,) = self._look("opinion", pixels)
            for i, said in zip(part, frames, strict=True):
                table = opinion.weighed(reads[i].table, said, params, len(reads[i].text))
                reads[i] = read_of(table, reads[i].colour)

    def _refine(self, pixels: locator.Floats) -> locator.Floats:
        return self._look("refine", pixels)[0]

    def locate(self, rgb: RGBImage) -> list[PlateBox]:
        """Where plates may be in a photo, (height, width, 3) uint8 RGB; best first, [] when there is none.

        Raises:
            BadImageError: not (height, width, 3) uint8, or no pixels.
        """
        return locator.find(_checked(rgb), self.params.locate, self._look)

    def _look(self, name: str, pixels: locator.Floats) -> list[locator.Floats]:
        graph = self.bundle.graph(name)
        outputs = self._runner.run(name, {graph.inputs[0].name: pixels})
        return [outputs[tensor.name] for tensor in graph.outputs]

    def read_photo(self, rgb: RGBImage) -> list[PlateSighting]:
        """Every plate in a photo, best first. See `read_photos`."""
        return self.read_photos([rgb])[0]

    def read_photos(self, photos: Sequence[RGBImage]) -> list[list[PlateSighting]]:
        """Every plate in each photo, best first; the plates of all are read together.

        The locator takes signs and badges for plates at times. What it found is read, and the read decides the
        order: texts that are plates by the grammar first, then by locator score times weakest character. Boxes in
        which nothing was read are left out.

        Raises:
            BadImageError: not (height, width, 3) uint8, or no pixels.
        """
        found = [self.locate(rgb) for rgb in photos]
        upright = [self._rectified(rgb, box) for rgb, boxes in zip(photos, found, strict=True) for box in boxes]
        reads = iter(self.read_crops(upright))
        seen = [
            [PlateSighting(read, b.box, b.corners, b.score) for b, read in zip(boxes, reads, strict=False) if read.text]
            for boxes in found
        ]
        for sightings in seen:
            sightings.sort(key=lambda s: (is_plate(s.read.text), s.score * s.read.confidence), reverse=True)
        return seen

    def read_boxes(self, rgb: RGBImage, boxes: Sequence[PlateBox]) -> list[PlateRead]:
        """Read the plates at given corners, each set upright by them; `rgb` is (height, width, 3) uint8 RGB."""
        return self.read_crops([self._rectified(rgb, box) for box in boxes])

    def _rectified(self, rgb: RGBImage, box: PlateBox) -> RGBImage:
        return locator.rectify(rgb, box.corners, *self._upright(box))

    def best(self, rgb: RGBImage) -> PlateSighting:
        """The first of `read_photo`.

        Raises:
            NoPlateError: no plate was found.
            BadImageError: not (height, width, 3) uint8, or no pixels.
        """
        sightings = self.read_photo(rgb)
        if not sightings:
            raise none_found()
        return sightings[0]

    def _views(self, crop: RGBImage) -> list[RGBImage]:
        return [crop, join_rows(crop)] if self._high(crop) else [crop]

    def _high(self, crop: RGBImage) -> bool:
        """Whether a crop is too high for one row."""
        return bool(crop.shape[1] < self.params.read.two_rows * crop.shape[0])

    def _upright(self, box: PlateBox) -> tuple[int, int]:
        width, height = self.params.upright
        left, right = box.corners[[0, 3]], box.corners[[1, 2]]
        across = float(np.linalg.norm(right - left, axis=1).mean())
        down = float(np.linalg.norm(box.corners[[3, 2]] - box.corners[[0, 1]], axis=1).mean())
        return (width, width // 2) if across < self.params.read.two_rows * down else (width, height)


def none_found() -> NoPlateError:
    """What is wrong with a photo without a plate."""
    return NoPlateError(
        "No plate was found in the photo.", "Send a photo in which the plate is at least 60 pixels wide."
    )


def _rank(read: PlateRead) -> tuple[bool, float]:
    return is_plate(read.text), read.confidence


def _checked(image: RGBImage) -> RGBImage:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise BadImageError(
            f"An image of shape {image.shape}, {image.dtype} can't be read.", "Give (height, width, 3) uint8 RGB."
        )
    return image
