"""Messages that were not taken, with the reason; kept small, and without what they said."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from zhsq.serve.alerting.mqtt.binding import Packet
from zhsq.serve.times import Utc

log = logging.getLogger(__name__)
#: Of the file; with the one before it, twice as many are kept.
MOST_BYTES = 1_000_000


class Refused(BaseModel):
    """A message that was not taken. What it said is not kept: it may be refused because it names a person."""

    at: Utc
    estate: str = Field(examples=["east"], description="of the topic; empty for a topic that names none")
    source: str | None = Field(examples=["/east/fire-panel"], description="of the event, where it could be read")
    id: str | None = Field(examples=["41"])
    bytes: int = Field(examples=[212], description="of the payload")
    sha256: str = Field(
        examples=["b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"],
        description="of the payload, by which its sender finds it",
    )
    code: str = Field(examples=["invalid-request"], description="of the problem")
    reason: str = Field(examples=["data.kind: Field required"])


class RefusedLog:
    """A file of one JSON object per line, and the one before it.

    Args:
        path: of the file; it is made when it is needed.
        most_bytes: at which a new one is begun.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path, self._most = path, most_bytes
        self._older = path.with_name(f"{path.name}.1")
        self._lock = threading.Lock()

    def add(self, packet: Packet, raw: object, code: str, reason: str, now: datetime) -> None:
        """Keep what became of a message. A disk that is full is logged; the message is let go all the same."""
        names = raw if isinstance(raw, dict) else {}
        known = {name: _text(names[name], 200) if name in names else None for name in ("source", "id")}
        line = Refused(
            at=now,
            estate=packet.estate,
            bytes=len(packet.payload),
            sha256=hashlib.sha256(packet.payload).hexdigest(),
            code=code,
            reason=_text(reason, 500),
            **known,
        ).model_dump_json()
        with self._lock:
            try:
                if self._path.exists() and self._path.stat().st_size >= self._most:
                    self._path.replace(self._older)
                with self._path.open("a", encoding="utf-8") as stream:
                    stream.write(f"{line}\n")
            except OSError as error:
                log.warning("A refused message could not be noted: %s", error)

    def newest(self, limit: int, estate: str | None) -> list[Refused]:
        """The newest first; of one estate, or of all (None)."""
        found: list[Refused] = []
        with self._lock:
            for one in self._read():
                if estate in (None, one.estate):
                    found.append(one)
                    if len(found) == limit:
                        break
        return found

    def _read(self) -> Iterator[Refused]:
        for path in (self._path, self._older):
            try:
                lines = path.read_text("utf-8", errors="replace").splitlines()
            except OSError:
                continue
            for line in reversed(lines):
                try:
                    yield Refused.model_validate(json.loads(line))
                except (ValueError, ValidationError):
                    continue  # half a line, of a process that was killed


def _text(given: object, most: int) -> str:
    """Shortened, and without halves of characters, which JSON may hold and no file."""
    return str(given)[:most].encode("utf-8", "replace").decode()
