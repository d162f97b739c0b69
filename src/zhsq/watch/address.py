"""What a SOURCE argument names: a file, a device or a stream; and what to call its camera."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from zhsq.errors import ZhsqError

Kind = Literal["file", "stream", "device"]

#: What FFmpeg may open from the network. Its other protocols (concat, subfile, pipe ...) reach into this machine.
SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "udp", "tcp", "srt", "rtp")
_NAMED = re.compile(r"([A-Za-z0-9_.-]{1,60})=(.+)")


class SourceError(ZhsqError):
    """A source can't be opened or read; `final` says that trying again can't help."""

    code = "bad-source"

    def __init__(self, message: str, hint: str = "", *, final: bool = False) -> None:
        super().__init__(message, hint)
        self.final = final


@dataclass(frozen=True)
class Address:
    """Where frames come from.

    Attributes:
        camera: the camera's name; events carry it as their device.
        url: what is opened; it may hold a password, so it is never shown.
        shown: the same without user and password.
    """

    camera: str
    url: str
    shown: str
    kind: Kind


def parse(source: str) -> Address:
    """Read a SOURCE argument: `PATH`, `URL` or `/dev/video0`, each with `NAME=` before it where a name is wanted.

    Raises:
        SourceError: no such file, a folder, or a scheme that is not taken.
    """
    name = ""
    named = _NAMED.fullmatch(source)
    if named is not None and not Path(source).exists():
        name, source = named.groups()
    scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    if scheme == "file":
        source, scheme = urlsplit(source).path, ""
    if scheme:
        if scheme not in SCHEMES:
            raise SourceError(
                f"Streams of the kind {scheme!r} are not read.", f"Taken: {', '.join(SCHEMES)}.", final=True
            )
        shown = without_login(source)
        return Address(name or slug(urlsplit(shown).netloc + urlsplit(shown).path), source, shown, "stream")
    path = Path(source).expanduser()
    if path.is_char_device():
        return Address(name or path.name, str(path), str(path), "device")
    if path.is_dir():
        raise SourceError(f"{source} is a folder.", "Name a video file, a stream's URL or a device.", final=True)
    if not path.is_file():
        raise SourceError(
            f"There is no file {source}.", "Check the path; a stream's URL starts with rtsp://.", final=True
        )
    return Address(name or slug(path.stem), str(path), str(path), "file")


def parse_all(sources: list[str]) -> list[Address]:
    """Every argument, with names that differ: the second camera of a name gets `-2`.

    Raises:
        SourceError: see `parse`.
    """
    found: list[Address] = []
    for source in sources:
        address = parse(source)
        taken = {other.camera for other in found}
        camera, number = address.camera, 2
        while camera in taken:
            camera, number = f"{address.camera}-{number}", number + 1
        found.append(Address(camera, address.url, address.shown, address.kind))
    return found


def without_login(url: str) -> str:
    """A URL without user, password and query, each of which may be a secret."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def slug(text: str) -> str:
    """Lower-case letters, digits, dots and hyphens, at most 60, fit for a bundle's name and a file's."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:60] or "camera"
