"""The file of rules in force, read anew when it changes."""

from __future__ import annotations

import logging
from pathlib import Path

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.rules.parse import read

log = logging.getLogger(__name__)


class RuleFile:
    """Rules from a file, or the packaged ones.

    A change that can't be used leaves the rules as they are; `problem` then says what is wrong with it.

    Args:
        path: None takes the packaged rules.

    Raises:
        ZhsqError: the file can't be used at the start.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._seen = self._mark()
        self.rules = read(path)
        self.problem = ""

    def look(self) -> bool:
        """Read the file again if it changed; whether the rules did."""
        mark = self._mark()
        if mark == self._seen:
            return False
        self._seen = mark
        try:
            self.rules = read(self.path)
        except ZhsqError as error:
            self.problem = str(error)
            log.warning("The rules stay as they were: %s", error)
            return False
        self.problem = ""
        log.info("%d rules are in force, from %s", len(self.rules.rules), self.path)
        return True

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat() if self.path is not None else None
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found is not None else None
