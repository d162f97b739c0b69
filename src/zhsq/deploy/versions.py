"""Versions of a model in a Triton repository: numbered folders that are written once, whole, and verified after."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zhsq.errors import BundleError
from zhsq.files import sha256_file
from zhsq.models.bundle import Bundle

#: Of each model, beside its versions.
CONFIG = "config.pbtxt"
#: In each version: whose files these are, and the sha256 of each.
CARD = "bundle.json"


def versions(folder: Path) -> dict[int, dict[str, Any]]:
    """The versions that zhsq wrote into a model's folder: number -> its bundle.json."""
    if not folder.is_dir():
        return {}
    cards = {int(f.name): f / CARD for f in folder.iterdir() if f.name.isdigit() and (f / CARD).is_file()}
    return {number: json.loads(cards[number].read_text(encoding="utf-8")) for number in sorted(cards)}


def verify_version(path: Path) -> None:
    """Compare every file of an exported version with what was written.

    Raises:
        BundleError: a file is missing or was changed.
    """
    card = json.loads((path / CARD).read_text(encoding="utf-8"))
    for name, digest in card["files"].items():
        if not (path / name).is_file():
            raise BundleError(f"{path} misses {name}.", "Remove this version's folder and export again.")
        if sha256_file(path / name) != digest:
            raise BundleError(
                f"{path / name} was changed after it was exported.", "Remove this version's folder and export again."
            )


def next_version(folder: Path, version: int | None) -> Path:
    """The folder of a version to write: the one asked for, else the next free number.

    Raises:
        BundleError: it is there already, or is no number of a version.
    """
    have = versions(folder)
    number = version if version is not None else max(have, default=0) + 1
    if number < 1:
        raise BundleError(f"A Triton version is a whole number from 1, not {number}.")
    target = folder / str(number)
    if target.exists():
        raise BundleError(
            f"{target} holds another bundle ({have[number]['sha256'][:12]}); versions are never overwritten."
            if number in have
            else f"{target} exists and was not written by zhsq; versions are never overwritten.",
            "Leave the version out to get the next one.",
        )
    return target


def write_version(target: Path, bundle: Bundle, card: Mapping[str, Any], fill: Callable[[Path], None]) -> None:
    """Written beside its place and renamed: a half-written version is never seen under its number.

    Args:
        target: the version's folder, which is not there yet.
        bundle: whose files these are.
        card: what else its card says.
        fill: writes the files into the folder it is given.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=target.parent))
    try:
        fill(draft)
        files = {str(file.relative_to(draft)): file for file in sorted(draft.rglob("*")) if file.is_file()}
        whole = {
            "bundle": bundle.name,
            "bundle_version": bundle.version,
            "sha256": bundle.sha256,
            **card,
            "files": {name: sha256_file(file) for name, file in files.items()},
        }
        (draft / CARD).write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
        draft.chmod(0o755)  # mkdtemp makes it private; the server may run as another user
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
