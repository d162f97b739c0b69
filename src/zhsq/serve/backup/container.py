"""The file of a back-up: a zip archive of one JSON-lines file per table, and a signed manifest.

The same for SQLite and PostgreSQL, so that a back-up of one can be restored into the other, and nothing beside zhsq is needed to make
or read it. What is encrypted in the store stays encrypted; the keys are not in it. The manifest carries the sha256 of
every table and is signed (HMAC) with the key of the audit, which the file does not hold either.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from zhsq.errors import ZhsqError

MANIFEST = "manifest.json"
Row = dict[str, Any]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Frozen):
    """One table: its rows, and the sha256 of its file."""

    rows: int
    sha256: str


class Head(_Frozen):
    """The audit's newest entry, as in `zhsq.serve.security.audit`."""

    entry: int
    digest: str
    mac: str


class Manifest(_Frozen):
    """What a back-up holds, and what it needs: the schema's revision, and the keys of templates and webhooks by identifier."""

    format: Literal[1] = 1
    #: UTC, ISO 8601.
    made_at: str
    zhsq: str
    database: str
    revision: str
    tables: dict[str, Member]
    keys: tuple[str, ...]
    audit_head: Head
    #: '' where the audit held, else what was wrong with it.
    audit_fault: str

    def signature(self, key: bytes) -> str:
        """HMAC-SHA256 of all of it, hex."""
        body = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hmac.new(key, b"zhsq back-up v1 " + body.encode(), hashlib.sha256).hexdigest()

    @property
    def digest(self) -> str:
        """What names this back-up in the audit: the sha256 of it without a key."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Writer:
    """Writes the tables of a back-up, then its manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.tables: dict[str, Member] = {}

    def table(self, name: str, rows: Iterable[Row]) -> None:
        """Add a table."""
        count, digest = 0, hashlib.sha256()
        with self._archive.open(_file(name), "w", force_zip64=True) as stream:
            for row in rows:
                line = (json.dumps({key: _encode(value) for key, value in row.items()}) + "\n").encode()
                digest.update(line)
                stream.write(line)
                count += 1
        self.tables[name] = Member(rows=count, sha256=digest.hexdigest())

    def end(self, manifest: Manifest, key: bytes) -> None:
        """Add the signed manifest."""
        body = {"manifest": manifest.model_dump(mode="json"), "signature": manifest.signature(key)}
        self._archive.writestr(MANIFEST, json.dumps(body, indent=1))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new file, readable by its owner alone; it is there whole at the end, or not at all.

    Raises:
        ZhsqError: it is there already, or can't be written.
    """
    if path.exists():
        raise ZhsqError(f"{path} is there already.", "Give each back-up its own name: zhsq backup zhsq-$(date +%F).zip")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                yield Writer(archive)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(path)
    except OSError as error:
        raise ZhsqError(
            f"{path} can't be written: {error.strerror}.", "Free some space, or name another path."
        ) from error
    finally:
        draft.unlink(missing_ok=True)


class Reader:
    """Reads a back-up; its manifest is checked when it is opened, its tables as they are read.

    Args:
        path: of the file.
        key: that signs the audit.

    Raises:
        ZhsqError: it is damaged, no back-up, or was signed with another key.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        with self._damaged():
            self._archive = zipfile.ZipFile(path)
            found = json.loads(self._archive.read(MANIFEST))
            self.manifest = Manifest.model_validate(found["manifest"])
        if not hmac.compare_digest(str(found.get("signature")), self.manifest.signature(key)):
            raise ZhsqError(
                f"{path} was changed, or was made with another audit key.",
                "Give the audit key of the store that it was made of: ZHSQ_SERVE_AUDIT_KEY, or audit.key in the workspace.",
            )

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table. At its end they are known to be those that were written.

        Raises:
            ZhsqError: they are not.
        """
        member = self.manifest.tables[table]
        count, digest = 0, hashlib.sha256()
        with self._damaged(), self._archive.open(_file(table)) as stream:
            for line in stream:
                digest.update(line)
                count += 1
                yield {key: _decode(value) for key, value in json.loads(line).items()}
        if (count, digest.hexdigest()) != (member.rows, member.sha256):
            raise ZhsqError(
                f"{self._path} is damaged: the table {table} is not what was written.", "Take another back-up."
            )

    def check(self) -> None:
        """Read everything once.

        Raises:
            ZhsqError: it is damaged.
        """
        for table in self.manifest.tables:
            for _ in self.rows(table):
                pass

    @contextmanager
    def _damaged(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise ZhsqError(f"{self._path} does not exist.", "Name a file that `zhsq backup` made.") from error
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError) as error:
            reason = "it is no back-up, or one of another version" if isinstance(error, ValidationError) else str(error)
            raise ZhsqError(f"{self._path} is damaged: {reason}.", "Take another back-up.") from error


def batches(rows: Iterable[Row], size: int) -> Iterator[Sequence[Row]]:
    """Rows in lists of at most `size`."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _file(table: str) -> str:
    return f"tables/{table}.jsonl"


def _encode(value: Any) -> Any:
    """A column's value as JSON; what JSON lacks is marked. JSON columns are wrapped, so that they can't look like a mark."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"json": value} if isinstance(value, dict | list) else value


def _decode(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "bytes":
        return base64.b64decode(inner, validate=True)
    return datetime.fromisoformat(inner) if kind == "time" else inner
