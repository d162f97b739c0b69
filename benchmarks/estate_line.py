"""A line between an estate and its platform that can be cut: two network namespaces of Linux and a pair of devices.

Both ends are as separate as two machines: what runs in one reaches the other over the line only. It needs root, and
`ip` (iproute2); `why_not` says what is missing.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Literal

End = Literal["estate", "platform"]
#: Of the line alone: no other interface is in the namespaces.
ADDRESSES: dict[End, str] = {"estate": "10.249.0.1", "platform": "10.249.0.2"}
_CLONE_NEWNET = 0x40000000
_NAMES = re.compile(r"zhsq-(\d+)-(?:estate|platform)")


def why_not() -> str:
    """Why no namespaces can be made here; empty where they can."""
    if shutil.which("ip") is None:
        return "`ip` (iproute2) is not installed"
    name = f"zhsq-{os.getpid()}-platform"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if tried.returncode:
        return f"network namespaces are not permitted here: {tried.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


class EstateLine:
    """A context manager: the line is up until it is cut, and gone when it is left, with what others left behind."""

    def __init__(self) -> None:
        self._names: dict[End, str] = {end: f"zhsq-{os.getpid()}-{end}" for end in ADDRESSES}
        self._devices: dict[End, str] = {end: f"z{os.getpid():x}{end[0]}" for end in ADDRESSES}
        self._before = os.open("/proc/self/ns/net", os.O_RDONLY)

    def __enter__(self) -> EstateLine:
        _sweep()
        try:
            for name in self._names.values():
                _ip("netns", "add", name)
            one, other = self._devices.values()
            _ip("link", "add", one, "netns", self._names["estate"], "type", "veth", "peer", "name", other,
                "netns", self._names["platform"])  # fmt: skip
            for end, device in self._devices.items():
                inside = ("-n", self._names[end])
                _ip(*inside, "addr", "add", f"{ADDRESSES[end]}/30", "dev", device)
                _ip(*inside, "link", "set", "lo", "up")
                _ip(*inside, "link", "set", device, "up")
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _set_namespace(self._before)
        self._remove()

    def enter(self, end: End) -> None:
        """Put the calling thread at one end, and with it the threads and processes that it starts from now on."""
        with Path("/run/netns", self._names[end]).open() as namespace:
            _set_namespace(namespace.fileno())

    def command(self, end: End, *command: str) -> list[str]:
        """A command at one end, to be started from anywhere."""
        return ["ip", "netns", "exec", self._names[end], *command]

    def cut(self, end: End) -> None:
        """Pull the plug at one end. Seen from the other, what is sent vanishes without a word."""
        _ip("-n", self._names[end], "link", "set", self._devices[end], "down")

    def mend(self, end: End) -> None:
        """Put it back."""
        _ip("-n", self._names[end], "link", "set", self._devices[end], "up")

    def _remove(self) -> None:
        os.close(self._before)
        for name in self._names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)  # its devices go with it


def _sweep() -> None:
    """Remove namespaces of runs that were killed."""
    for name in subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout.split():
        found = _NAMES.fullmatch(name)
        if found and not Path("/proc", found[1]).exists():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def _set_namespace(descriptor: int) -> None:
    # os.setns came with Python 3.12.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        error = ctypes.get_errno()
        raise OSError(error, f"setns: {os.strerror(error)}")


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
