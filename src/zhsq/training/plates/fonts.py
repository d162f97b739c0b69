"""Fonts of the synthetic plates: free ones out of Debian's packages, found on the machine or fetched once.

A package is only unpacked into the cache, never installed. Their licences (OFL, Apache-2.0, GPL with font exception,
Arphic) allow pictures made with them; no font file is part of what is trained or shipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from zhsq.errors import DownloadError
from zhsq.workspace import cache_dir


@dataclass(frozen=True)
class Face:
    """One font file: its name, the Debian package that carries it, the face's index in a collection, whether its strokes
    are too thin for a plate as they are."""

    file: str
    package: str
    index: int = 0
    thin: bool = False


#: Faces with the Chinese characters of plates: of even weight, as plates are, and three after the brush.
CHINESE = (
    Face("NotoSansCJK-Bold.ttc", "fonts-noto-cjk", 2),
    Face("NotoSansCJK-Regular.ttc", "fonts-noto-cjk", 2),
    Face("wqy-zenhei.ttc", "fonts-wqy-zenhei"),
    Face("wqy-microhei.ttc", "fonts-wqy-microhei"),
    Face("DroidSansFallbackFull.ttf", "fonts-droid-fallback"),
    Face("ukai.ttc", "fonts-arphic-ukai", thin=True),
    Face("uming.ttc", "fonts-arphic-uming", thin=True),
    Face("LXGWWenKai-Bold.ttf", "fonts-lxgw-wenkai"),
)
#: Faces for digits and letters beside our own drawing.
LATIN = (
    Face("NotoSansCJK-Bold.ttc", "fonts-noto-cjk", 2),
    Face("DejaVuSansCondensed-Bold.ttf", "fonts-dejavu-extra"),
    Face("LiberationSansNarrow-Bold.ttf", "fonts-liberation"),
    Face("RobotoCondensed-Bold.ttf", "fonts-roboto-unhinted"),
    Face("OpenSans-CondBold.ttf", "fonts-open-sans"),
    Face("BebasNeue-Regular.otf", "fonts-bebas-neue"),
    Face("Dosis-Bold.otf", "fonts-dosis"),
    Face("FreeSansBold.ttf", "fonts-freefont-ttf"),
)
#: Enough for tests: 1.6 MB.
SMALL_CHINESE = (Face("wqy-microhei.ttc", "fonts-wqy-microhei"),)


def obtain(face: Face) -> Path:
    """The font's file: from $ZHSQ_FONTS, the machine's fonts, the cache, else out of its Debian package.

    Raises:
        DownloadError: it is not there and the package can't be had.
    """
    found = _find(face.file)
    if found is None:
        _unpack(face.package)
        found = _find(face.file)
    if found is None:
        raise DownloadError(
            f"The package {face.package} holds no {face.file}.", f"Put {face.file} into a folder and set ZHSQ_FONTS."
        )
    return found


def _find(name: str) -> Path | None:
    configured = os.environ.get("ZHSQ_FONTS")
    roots = [Path(configured).expanduser()] if configured else []
    for root in [*roots, Path("/usr/share/fonts"), Path("~/.local/share/fonts").expanduser(), cache_dir() / "fonts"]:
        if root.is_dir() and (found := next(iter(sorted(root.rglob(name))), None)) is not None:
            return found
    return None


def _unpack(package: str) -> None:
    advice = f"Install it (apt-get install {package}), or put the fonts into a folder and set ZHSQ_FONTS."
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise DownloadError(f"The fonts of {package} are missing, and this machine has no apt-get.", advice)
    with tempfile.TemporaryDirectory() as folder:
        done = _download(package, folder)
        if done.returncode and os.geteuid() == 0:  # a fresh machine has no lists of packages yet
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
            done = _download(package, folder)
        files = list(Path(folder).glob("*.deb"))
        if done.returncode or not files:
            reason = (done.stderr.strip().splitlines() or ["nothing arrived"])[-1]
            raise DownloadError(f"The fonts of {package} can't be had: {reason}", advice)
        target = cache_dir() / "fonts" / package
        part = target.with_name(f"{package}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        subprocess.run(["dpkg-deb", "-x", str(files[0]), str(part)], check=True, capture_output=True)
        shutil.rmtree(target, ignore_errors=True)
        part.replace(target)


def _download(package: str, folder: str) -> subprocess.CompletedProcess[str]:
    command = ["apt-get", "download", "-qq", package]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
