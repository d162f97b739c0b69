"""What a deployment under way writes down about itself, so that one that was cut off is seen."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.runtime.pointer import locked, own, who, write_own

#: The lock that one deployment of a repository holds.
LOCK = "deployment"


class Journal:
    """What a deployment under way writes down, so that one that was cut off is seen."""

    def __init__(self, repository: Path, name: str, bundle: Bundle, by: str) -> None:
        self._path = _path(repository)
        self._facts = {
            "name": name,
            "bundle": f"{bundle.name} {bundle.version} ({bundle.sha256[:12]})",
            "sha256": bundle.sha256,
            "by": by or who(),
            "pid": str(os.getpid()),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def __enter__(self) -> Journal:
        self.stage("check")
        return self

    def stage(self, name: str) -> None:
        """The step that begins.

        Raises:
            ZhsqError: the journal can't be written.
        """
        write_own(self._path, json.dumps({**self._facts, "stage": name}, indent=2) + "\n")

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()


def unfinished(repository: Path) -> dict[str, str] | None:
    """What the journal says of a deployment that has not ended, with its `state`: 'running' or 'cut off'; else None."""
    try:
        found = json.loads(_path(repository).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    try:
        with locked(repository, LOCK, wait=False):
            state = "cut off"
    except ZhsqError:
        state = "running"
    return {**found, "state": state}


def _path(repository: Path) -> Path:
    return own(repository, "journal.json")
