"""Photographs for backgrounds: free ones, out of Debian's packages (fetched once) and of scikit-learn's and
scikit-image's wheels where those are installed. No photograph is part of what is trained or shipped.

Licences, as the packages state them: mate-backgrounds GPL-2+ and CC-BY-SA-4.0; opencv-doc Apache-2.0 and BSD-3-Clause
(samples of OpenCV, of which aloeL, rubberwhale1, plant, leuvenA, leuvenB and graf1 stem from research sets);
scikit-learn's two are CC-BY-2.0; scikit-image's are public domain or CC0, but for motorcycle_left, which stems from
Middlebury's stereo set and states none.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from zhsq.errors import DownloadError
from zhsq.imaging import RGBImage
from zhsq.workspace import cache_dir

PACKAGES = ("mate-backgrounds", "opencv-doc")
#: Longest side they are kept at, pixels.
LONGEST = 900
_MATE = [
    "Blinds",
    "BlueMarble",
    "Dune",
    "Float-into-MATE",
    "Flow",
    "FreshFlower",
    "Garden",
    "GreenTraditional",
    "LadyBird",
    "RainDrops",
    "Storm",
    "TwoWings",
    "Wood",
    "YellowFlower",
    "Spring",
]
#: Photographs of OpenCV's samples: shop signs, streets, things. The one with a number plate is not among them.
_OPENCV = [
    "plant",
    "scenetext01",
    "scenetext02",
    "scenetext03",
    "scenetext04",
    "scenetext05",
    "scenetext06",
    "fruits",
    "baboon",
    "blox",
    "leuvenA",
    "leuvenB",
    "squirrel_cls",
    "home",
    "aloeL",
    "board",
    "stuff",
    "orange",
    "building",
    "graf1",
    "box_in_scene",
    "butterfly",
    "apple",
    "rubberwhale1",
    "detect_blob",
    "sudoku",
]
_SKIMAGE = [
    "astronaut.png",
    "brick.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "gravel.png",
    "grass.png",
    "motorcycle_left.png",
    "rocket.jpg",
]
_SKLEARN = ("china.jpg", "flower.jpg")


@cache
def photographs() -> tuple[RGBImage, ...]:
    """All of them, (h, w, 3) uint8 RGB, in a fixed order.

    Raises:
        DownloadError: a package is neither in the cache nor to be had.
    """
    paths: list[Path] = []
    for package, stems in zip(PACKAGES, (_MATE, _OPENCV), strict=True):
        found = {
            p.stem: p
            for p in sorted(_unpacked(package).rglob("*"))
            if p.suffix in (".jpg", ".png") and "html" not in p.parts
        }
        paths += [found[stem] for stem in stems if stem in found]
    for module, folder, names in (("skimage", "data", _SKIMAGE), ("sklearn", "datasets/images", _SKLEARN)):
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.origin is not None:
            paths += [p for name in names if (p := Path(spec.origin).parent / folder / name).is_file()]
    return tuple(image for path in paths if (image := _read(path)) is not None)


def _read(path: Path) -> RGBImage | None:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None or min(image.shape[:2]) < 120:
        return None
    scale = min(1.0, LONGEST / max(image.shape[:2]))
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(image[..., ::-1]).astype(np.uint8)


def _unpacked(package: str) -> Path:
    """The folder of an unpacked package in the cache."""
    target = cache_dir() / "pictures" / package
    if target.is_dir():
        return target
    advice = "Set scenes.pictures to false to train on drawn backgrounds alone."
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise DownloadError(f"The pictures of {package} are missing, and this machine has no apt-get.", advice)
    with tempfile.TemporaryDirectory() as folder:
        command = ["apt-get", "download", "-qq", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode and os.geteuid() == 0:  # a fresh machine has no lists of packages yet
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        files = list(Path(folder).glob("*.deb"))
        if done.returncode or not files:
            reason = (done.stderr.strip().splitlines() or ["nothing arrived"])[-1]
            raise DownloadError(f"The pictures of {package} can't be had: {reason}", advice)
        part = target.with_name(f"{package}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        subprocess.run(["dpkg-deb", "-x", str(files[0]), str(part)], check=True, capture_output=True)
        part.replace(target)
    return target
