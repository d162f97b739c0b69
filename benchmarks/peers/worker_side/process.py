"""What every worker tells of its own process. `peers.worker.Worker` puts this folder on its path.

Runs in the peers' own environments, so it needs the standard library only.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO


def take_stdout() -> TextIO:
    """The stream for answers; from here on, what libraries print to stdout, which is no answer, goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Of Python and of those packages that are installed."""
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def peak_mib() -> float | None:
    """Most memory that was resident since the program began, in MiB; None where the system does not tell.

    Not getrusage's maximum: Linux hands a parent's down to its children.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else None
