"""Where the keys of template protection come from: a file, the environment, or a KMS by plug-in.

A key is 32 random bytes. Its identifier is made from the key itself, so that no file has to keep the two together and a
wrong key is seen as another key. Of several keys the first protects what is written; the others open what is there.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from zhsq.errors import UnknownNameError, ZhsqError

#: Entry points of this group are callables without arguments that return a `KeyProvider`.
GROUP = "zhsq.key_providers"
SIZE = 32


class KeyProvider(Protocol):
    """A ring of keys. It may change between calls; what it returns of one identifier never does."""

    def ids(self) -> tuple[str, ...]:
        """Identifiers of the keys at hand, at most 32 characters each; the first is the active one."""

    def secret(self, key_id: str) -> bytes:
        """The 32 bytes of a key.

        Raises:
            ZhsqError: it is not at hand.
        """


def key_id(secret: bytes) -> str:
    """The identifier of a key, 12 hex digits; it tells nothing of the key."""
    return hashlib.sha256(b"zhsq key id" + secret).hexdigest()[:12]


class _Ring:
    """Keys in order, by their identifiers."""

    def __init__(self, text: str, source: str) -> None:
        lines = [line.split("#", 1)[0].strip() for line in text.replace(",", "\n").splitlines()]
        try:
            found = [bytes.fromhex(line) for line in lines if line]
        except ValueError:
            found = []
        if not found or any(len(secret) != SIZE for secret in found):
            raise ZhsqError(
                f"{source} does not hold keys of 64 hex digits.", "Restore it: without it no template can be read."
            )
        self.source, self.secrets = source, {key_id(secret): secret for secret in found}

    def secret(self, wanted: str) -> bytes:
        if wanted not in self.secrets:
            raise ZhsqError(
                f"The key {wanted} is not in {self.source}, which has {', '.join(self.secrets)}.",
                "Restore it: templates that it protects can't be read without it.",
            )
        return self.secrets[wanted]


class EnvironmentKeys:
    """Keys from a setting: 64 hex digits each, separated by commas.

    Raises:
        ZhsqError: it holds something else.
    """

    def __init__(self, text: str) -> None:
        self._ring = _Ring(text, "ZHSQ_SERVE_MASTER_KEY")

    def ids(self) -> tuple[str, ...]:
        return tuple(self._ring.secrets)

    def secret(self, key_id: str) -> bytes:
        return self._ring.secret(key_id)


class FileKeys:
    """Keys from a file, one a line; made with one key when it is not there, readable by its owner alone.

    It is read again when it changed, so that keys rotate under a running server.

    Raises:
        ZhsqError: on use, when it holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._kept: _Ring | None = None

    def ids(self) -> tuple[str, ...]:
        return tuple(self._ring().secrets)

    def secret(self, key_id: str) -> bytes:
        return self._ring().secret(key_id)

    def add(self) -> str:
        """A new key at the end of the file: it opens, and does not protect yet. Returns its identifier."""
        made = secrets.token_bytes(SIZE)
        self._write([*self._ring().secrets.values(), made])
        return key_id(made)

    def activate(self, key_id: str) -> None:
        """What is written from now on is protected by this key."""
        ring = self._ring()
        first = ring.secret(key_id)
        self._write([first, *(secret for secret in ring.secrets.values() if secret != first)])

    def remove(self, key_id: str) -> None:
        """Destroy a key.

        Raises:
            ZhsqError: it is the active one, or not there.
        """
        ring = self._ring()
        gone = ring.secret(key_id)
        if key_id == self.ids()[0]:
            raise ZhsqError(f"The key {key_id} is the active one.", "Activate another first.")
        self._write([secret for secret in ring.secrets.values() if secret != gone])

    def _ring(self) -> _Ring:
        if not self.path.exists():
            self._make()
        state = self.path.stat()
        seen = (state.st_mtime_ns, state.st_size, state.st_ino)
        if self._kept is None or seen != self._seen:
            self._kept, self._seen = _Ring(self.path.read_text(), str(self.path)), seen
        return self._kept

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:  # written whole before it has its name: a second process never reads half a key
            os.link(self._draft([secrets.token_bytes(SIZE)]), self.path)
        except FileExistsError:
            pass
        finally:
            self._draft_path.unlink(missing_ok=True)

    def _write(self, keys: list[bytes]) -> None:
        self._draft(keys).replace(self.path)

    @property
    def _draft_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.{os.getpid()}")

    def _draft(self, keys: list[bytes]) -> Path:
        draft = self._draft_path
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write("".join(f"{secret.hex()}\n" for secret in keys))
            stream.flush()
            os.fsync(stream.fileno())
        return draft


def plugged(name: str) -> KeyProvider:
    """A provider that another package brings, by the name of its entry point.

    Raises:
        UnknownNameError: no package brings one of that name.
    """
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        raise UnknownNameError("key provider", name, ["file", "environment", *found])
    made: KeyProvider = found[name].load()()
    return made
