"""Files: written while other processes read them, and told apart by what they hold."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path


def sha256_file(path: Path) -> str:
    """The sha256 of a file, 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def replace_file(path: Path, content: bytes | str) -> None:
    """Write a file so that readers see the old one or the new one, whole, also after a power cut.

    Args:
        path: in a folder that is there.
        content: text is written as UTF-8.

    Raises:
        OSError: it can't be written; what was there is as it was, and nothing is left beside it.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with draft.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
