"""Environments of their own for peers: made once in the cache, by pinned requirements."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from zhsq.workspace import cache_dir


class Unavailable(Exception):
    """The peer can't be installed here; the text says why."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment with a peer in it."""

    python: Path

    @classmethod
    def make(cls, name: str, pins: tuple[str, ...], pythons: tuple[str, ...], *, uv: bool = False) -> Environment:
        """Make or find the environment.

        Args:
            name: of the peer.
            pins: requirements; no dependency beside them is installed.
            pythons: versions that the pins have wheels for, the preferred first.
            uv: install with uv, whose cache zhsq's own install filled: for pins that are gigabytes.

        Raises:
            Unavailable: no such Python, no uv where it is asked for, or the index can't be reached.
        """
        interpreter = _interpreter(pythons)
        digest = hashlib.sha256("\n".join((interpreter, *pins)).encode()).hexdigest()[:12]
        root = cache_dir() / "peers" / f"{name}-{digest}"
        python = root / "bin" / "python"
        if (root / "complete").is_file():
            return cls(python)
        print(f"Installing {name} into {root} ...", file=sys.stderr, flush=True)
        if uv:
            installer = _uv()
            commands = (
                [installer, "venv", "--quiet", "--clear", "--python", interpreter, str(root)],
                [installer, "pip", "install", "--quiet", "--no-deps", "--python", str(python), *pins],
            )
        else:
            commands = (
                [interpreter, "-m", "venv", "--clear", str(root)],
                [str(python), "-m", "pip", "install", "--quiet", "--no-deps", *pins],
            )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Unavailable(f"{' '.join(command[:4])} ...: {done.stderr.strip()[-300:]}")
        (root / "complete").touch()
        return cls(python)


def _uv() -> str:
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if found is None:
        raise Unavailable("its environment is made by uv, which is not installed; it is in the extra deploy")
    return found


def _interpreter(pythons: tuple[str, ...]) -> str:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here in pythons:
        return str(Path(sys.base_prefix) / "bin" / f"python{here}")
    for version in pythons:
        if found := shutil.which(f"python{version}"):
            return found
    raise Unavailable(f"its wheels need Python {' or '.join(pythons)}; this is {here}")
