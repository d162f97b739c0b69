"""The pictures that parity is measured on: public data where they are found, else what ships with the package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from zhsq.data import ccpd, lfw, plates_cn, ucsd_ped2
from zhsq.data.registry import DataSet, Layout, data_root, locate
from zhsq.errors import DataSetError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.bundle import Task
from zhsq.quickstart import samples

T = TypeVar("T")

#: Items when nothing else is asked for: enough to see a runtime that answers otherwise, in seconds.
LIMIT = 64
SAMPLES = "samples of the package"


@dataclass(frozen=True)
class Picture:
    """A picture, (h, w, 3) uint8 RGB, and what to call it."""

    name: str
    pixels: RGBImage


@dataclass(frozen=True)
class Items:
    """Pictures by what they show.

    Attributes:
        source: the data sets and their releases, or `SAMPLES`.
        photos: of people, or of cars in the street.
        crops: of plates.
        clips: frames of one camera each, in order.
    """

    source: str
    photos: tuple[Picture, ...] = ()
    crops: tuple[Picture, ...] = ()
    clips: tuple[tuple[Picture, ...], ...] = ()

    @property
    def n(self) -> int:
        return len(self.photos) + len(self.crops) + sum(map(len, self.clips))


def items_for(task: Task, data: str | None = None, limit: int = LIMIT, seed: int = 0) -> Items:
    """Pictures for a task.

    Args:
        task: of the bundle.
        data: a registered name or a folder in a layout that the task reads; None takes the task's usual sets that are
            at hand, else the package's samples.
        limit: pictures of each kind, drawn by the seed; 0 takes all. Frames are the first of the first test clip.
        seed: of the draw.

    Raises:
        DataSetError, UnknownNameError: the data are absent or in no layout that this task reads.
        DownloadError: the package's portrait can't be had.
    """
    if task == "video-anomaly":
        return _frames(data, limit)
    if task == "plate":
        return _plates(data, limit, seed)
    return _people(data, limit, seed)


def _people(data: str | None, limit: int, seed: int) -> Items:
    """Two photos of each of some people: pairs alike and unlike."""
    found = _at_hand(data, ("lfw",), labels=False)
    if not found:
        first, second = (decode_image(portrait) for portrait in samples.portraits())
        return Items(SAMPLES, (Picture("portrait", first), Picture("portrait, darker and turned", second)))
    by_person: dict[str, list[Path]] = {}
    for path, person in lfw.photos(found[0]).items():
        by_person.setdefault(person, []).append(path)
    several = [paths[:2] for paths in by_person.values() if len(paths) > 1] or list(by_person.values())
    chosen = _drawn(several, max(1, limit // 2) if limit else 0, seed)
    return Items(_source(found), pictures_of(path for paths in chosen for path in paths))


def _plates(data: str | None, limit: int, seed: int) -> Items:
    found = _at_hand(data, ("plates_cn", "ccpd_samples"))
    if not found:
        plate = samples.plate()
        return Items(SAMPLES, (Picture("drawn plate in grey", _in_street(plate)),), (Picture("drawn plate", plate),))
    crops: list[Path] = []
    photos: list[Path] = []
    for each in found:
        if each.layout == "plates_cn":
            crops = [crop.path for crop in plates_cn.load(each)]
        else:
            photos = sorted({plate.path for plate in ccpd.load(each)})
    return Items(
        _source(found),
        pictures_of(_drawn(photos, limit, seed)),
        pictures_of(_drawn(crops, limit, seed)),
    )


def _in_street(plate: RGBImage) -> RGBImage:
    """A picture with a plate in it: the locator needs something around it."""
    scene = np.full((480, 640, 3), 110, np.uint8)
    height, width = plate.shape[:2]
    scene[200 : 200 + height, 100 : 100 + width] = plate
    return scene


def _frames(data: str | None, limit: int) -> Items:
    """Test clips until there are `limit` frames; the last one is cut."""
    found = _at_hand(data, ("ucsd_ped2",))
    with TemporaryDirectory() as folder:
        source = _source(found) if found else SAMPLES
        if not found:
            found = [locate(str(samples.scene(Path(folder) / "drawn", clips=1, frames=90)), "ucsd_ped2")]
        return Items(source, clips=clips_of(ucsd_ped2.testing(found[0]), limit))


def clips_of(clips: Sequence[ucsd_ped2.Clip], limit: int) -> tuple[tuple[Picture, ...], ...]:
    """Clips decoded until there are `limit` frames (0: all); the last one is cut.

    Raises:
        BadImageError: a frame can't be decoded.
    """
    taken: list[tuple[Picture, ...]] = []
    for clip in clips:
        left = limit - sum(map(len, taken)) if limit else len(clip.frames)
        if left > 0:
            taken.append(pictures_of(clip.frames[:left]))
    return tuple(taken)


def pictures_of(paths: Iterable[Path]) -> tuple[Picture, ...]:
    """Pictures decoded, named by their folder and file.

    Raises:
        BadImageError: one can't be decoded.
    """
    return tuple(Picture(f"{path.parent.name}/{path.name}", decode_image(path)) for path in paths)


def _at_hand(data: str | None, layouts: Sequence[Layout], *, labels: bool = True) -> list[DataSet]:
    """The named data set, or those of the layouts' own names that are there."""
    if data is None:
        there = [name for name in layouts if (data_root() / name).is_dir()]
        return [locate(name, name, labels=labels) for name in there]
    for layout in layouts:
        try:
            found = locate(data, layout, labels=labels)
        except DataSetError:
            if layout == layouts[-1]:
                raise
            continue
        if len(layouts) == 1 or _is_of(found):
            return [found]
    raise DataSetError(f"{data} holds no pictures for this task.", "See zhsq data list.")


def _is_of(found: DataSet) -> bool:
    """Crops and photos of plates have labels of one name; only photos have boxes or lie under `images`."""
    photos = (found.root / "images").is_dir()
    return photos == (found.layout == "ccpd_samples")


def _drawn(things: Sequence[T], limit: int, seed: int) -> list[T]:
    if not limit or limit >= len(things):
        return list(things)
    return [things[i] for i in sorted(np.random.default_rng(seed).permutation(len(things))[:limit])]


def _source(found: Sequence[DataSet]) -> str:
    return "; ".join(f"{each.name} ({each.release})" for each in found)
