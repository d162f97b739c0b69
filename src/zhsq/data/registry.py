"""Find a data set by its registered name or take any folder of the same layout."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from zhsq.errors import DataSetError, UnknownNameError
from zhsq.files import sha256_file

Layout = Literal["lfw", "plates_cn", "ccpd_samples", "ucsd_ped2"]


class Source(BaseModel):
    """One file to download for a data set."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    url: str
    sha256: str | None = None
    #: A folder inside the archive to unpack, or None for a plain file.
    unpack: str | None = None


class Card(BaseModel):
    """What `src/zhsq/data/cards/<name>.yaml` says: source, release, terms, layout, protocol, what is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    title: str
    layout: Layout
    release: str
    licence: str
    terms: str
    use: str
    citation: str
    files: dict[str, str]
    protocol: str
    missing: tuple[str, ...] = ()
    #: sha256 over the sorted lines '<sha256>  <relative path>' of every file of the release; see `fingerprint`.
    tree_sha256: str = ""
    n_files: int = 0
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """A folder in a known layout. `release` is the card's, or a digest of the labels for a folder of one's own."""

    name: str
    release: str
    root: Path
    layout: Layout
    notes: tuple[str, ...]


@cache
def cards() -> dict[str, Card]:
    """Every registered data set by name."""
    folder = files("zhsq.data") / "cards"
    found = [
        Card.model_validate(yaml.safe_load(f.read_text("utf-8"))) for f in folder.iterdir() if f.name.endswith(".yaml")
    ]
    return {card.name: card for card in sorted(found, key=lambda card: card.name)}


def card(name: str) -> Card:
    """The card of a registered data set.

    Raises:
        UnknownNameError: with the nearest names.
    """
    try:
        return cards()[name]
    except KeyError:
        raise UnknownNameError("data set", name, cards()) from None


def data_root() -> Path:
    """$ZHSQ_DATA, else ./data, else ../shared/datasets."""
    if configured := os.environ.get("ZHSQ_DATA"):
        return Path(configured).expanduser()
    local = Path("data")
    return local if local.is_dir() else Path("../shared/datasets")


#: What makes a folder be of a layout: the file that holds its labels.
LABELS: dict[Layout, str] = {
    "lfw": "pairs.txt",
    "plates_cn": "labels.csv",
    "ccpd_samples": "labels.csv",
    "ucsd_ped2": "frame_labels.csv",
}


def locate(name_or_folder: str, layout: Layout, *, labels: bool = True) -> DataSet:
    """Resolve `--data`: a registered name under the data root, or any folder of the layout the task needs.

    Args:
        name_or_folder: the registered name, or the path.
        layout: what the task reads.
        labels: whether the layout's file of labels must be there; a task that reads folders of people needs none.

    Raises:
        UnknownNameError: neither a registered name nor an existing folder.
        DataSetError: absent, unreadable, empty, of another layout; says which file is missing.
    """
    registered = cards().get(name_or_folder)
    as_folder = Path(name_or_folder).expanduser()
    # A bare registered name always means the registered set, even if a folder of that name lies here.
    if registered is not None:
        if registered.layout != layout:
            fitting = ", ".join(c.name for c in cards().values() if c.layout == layout)
            raise DataSetError(f"Data set {registered.name} can't be used for this task.", f"Use: {fitting}.")
        root = (data_root() / registered.name).resolve()
        if not root.is_dir():
            hint = f"Fetch it: zhsq data fetch {registered.name}; or set ZHSQ_DATA to the folder that holds it."
            raise DataSetError(f"Data set {registered.name} is not at {root}.", hint)
        _check_layout(root, layout, labels)
        return DataSet(registered.name, registered.release, root, layout, registered.missing)
    looks_like_path = os.sep in name_or_folder or name_or_folder.startswith((".", "~"))
    if not as_folder.is_dir():
        if looks_like_path:
            raise DataSetError(f"The data folder {as_folder} does not exist.", "Check the path.")
        raise UnknownNameError("data set", name_or_folder, cards())
    root = as_folder.resolve()
    _check_layout(root, layout, labels)
    if (root / LABELS[layout]).is_file():
        digest = hashlib.sha256((root / LABELS[layout]).read_bytes()).hexdigest()[:12]
        return DataSet(root.name, f"folder, {LABELS[layout]} sha256 {digest}", root, layout, ())
    names = "\n".join(sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()))
    digest = hashlib.sha256(names.encode()).hexdigest()[:12]
    return DataSet(root.name, f"folder, file names sha256 {digest}", root, layout, ())


def _check_layout(root: Path, layout: Layout, needs_labels: bool) -> None:
    try:
        names = {entry.name for entry in root.iterdir()}
    except OSError as error:
        raise DataSetError(f"The data folder {root} can't be read: {error.strerror}.", "Check permissions.") from error
    if not names:
        raise DataSetError(
            f"The data folder {root} is empty.", f"It needs {LABELS[layout]}: see zhsq data info {layout}."
        )
    labels = root / LABELS[layout]
    if not needs_labels and not labels.exists():
        return
    if not labels.is_file():
        hint = f"See zhsq data info {layout} for the layout."
        raise DataSetError(f"{root} is not in the layout of {layout}: it has no {LABELS[layout]}.", hint)
    if not os.access(labels, os.R_OK):
        raise DataSetError(f"{labels} can't be read.", "Check its permissions.")


def fingerprint(root: Path) -> tuple[str, int]:
    """The tree digest that cards pin, and the number of files: sorted '<sha256>  <relative path>' lines, hashed."""
    lines = []
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        lines.append(f"{sha256_file(path)}  {path.relative_to(root).as_posix()}")
    lines.sort(key=lambda line: line.split("  ", 1)[1])
    return hashlib.sha256("\n".join(lines).encode()).hexdigest(), len(lines)
