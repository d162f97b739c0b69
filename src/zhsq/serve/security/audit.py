"""The audit: every access to personal data and every decision, as a chain of hashes with a signed head.

What a transaction records is appended when it commits, under a lock that the chain's writers share, whatever process they
are in: ids follow the order of commits, and the chain can't fork. The head, signed with a key that the database does not
hold, names the newest entry, so that the end can't be cut off or rewritten unseen. Whoever holds the database *and*
an old head can still put back that older state; against this, compare with an earlier export (`zhsq audit verify --against`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from zhsq.errors import ZhsqError
from zhsq.serve.store.kept import Connected, Ready, Way
from zhsq.serve.store.tables import AuditEntry, AuditHead, now

log = logging.getLogger(__name__)
START = "0" * 64
#: Recorded by the writer when the head that it found was not one that it, or another with the key, had signed.
HEAD_INVALID = "audit.head-invalid"
FIELDS = ("at", "actor", "action", "target", "outcome", "previous")
_PENDING, KEY = "audit entries", "audit key"
#: Built once: every request that is audited runs them.
_INSERT = Ready(insert(AuditEntry))
_HEAD = Ready(select(AuditHead.entry, AuditHead.digest, AuditHead.mac))
_MOVE = Ready(update(AuditHead).values({name: bindparam(name) for name in ("entry", "digest", "mac")}))
_FIRST = Ready(insert(AuditHead))
_LOCK = 0x7A687371  # 'zhsq': PostgreSQL's advisory lock of the chain's writers


class Head(NamedTuple):
    """The newest entry, signed."""

    entry: int
    digest: str
    mac: str


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold, and how it shows."""

    entry: int
    reason: str


def entry(actor: str, action: str, target: str, outcome: str = "done") -> dict[str, Any]:
    """What is written of one access or decision, now."""
    return {
        "at": now().replace(tzinfo=UTC).isoformat(),
        "actor": actor[:140],
        "action": action[:64],
        "target": target[:300],
        "outcome": outcome[:100],
    }


def record(session: Session, actor: str, action: str, target: str, outcome: str = "done") -> None:
    """Append one entry when the caller's transaction commits; nothing when it is rolled back."""
    session.info.setdefault(_PENDING, []).append(entry(actor, action, target, outcome))


def pending(session: Session) -> bool:
    """Whether the transaction has recorded something yet."""
    return bool(session.info.get(_PENDING))


def write(session: Session) -> None:
    """Append what was recorded (`before_commit`, behind everything else, so that the lock is held shortly)."""
    recorded: list[dict[str, Any]] = session.info.pop(_PENDING, [])
    if recorded:
        connection = session.connection()
        if connection.dialect.name == "postgresql":  # SQLite's transactions write one at a time by themselves
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        append(Connected(connection), session.info[KEY], recorded)


def begin(connection: Connection, key: bytes) -> None:
    """Sign the head of a new chain, or of one from before heads were kept. Once, when the schema is made."""
    last = connection.execute(select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)).first()
    _sign(Connected(connection), key, *(last or (0, START)))


def newest(session: Session) -> datetime | None:
    """When the newest entry was recorded, UTC without zone; None while there is none."""
    at = session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))
    return None if at is None else datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None)


def verify(session: Session) -> Broken | None:
    """The first entry that was changed, moved, or follows one that is gone; None when the chain holds to its head."""
    previous, last = START, 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        if entry.previous != previous:
            return Broken(entry.id, f"it does not follow entry {last}: one between is gone, or entries were moved")
        if entry.digest != _digest({name: getattr(entry, name) for name in FIELDS}):
            return Broken(entry.id, "it was changed")
        if entry.action == HEAD_INVALID:
            return Broken(entry.id, "when it was written, the head had been changed: entries before it may be gone")
        previous, last = entry.digest, entry.id
    head = _head(Connected(session.connection()))
    if head is None:
        return Broken(last, "the signed head is gone")
    if head.entry > last:
        return Broken(head.entry, f"it is gone: the chain ends at entry {last}, before its head")
    if not _signed(head, session.info[KEY]):
        return Broken(head.entry, "the head's signature is not ours")
    if head.entry < last:
        return Broken(head.entry + 1, "it is behind the head: it was written past the API")
    return None if head.digest == previous else Broken(last, "it is not the entry that the head names")


def head(session: Session) -> Head:
    """The signed head as it stands; of no entry where it is gone."""
    return _head(Connected(session.connection())) or Head(0, START, "")


def later(exported: Iterable[dict[str, Any]], since: Head, key: bytes) -> list[dict[str, Any]]:
    """The entries of an export (`export`) behind an earlier head of the same chain, once they are known to hold.

    Raises:
        ZhsqError: it is no export, does not go on from that head, was changed, or its own head is not signed with the key.
    """
    entries, last, end = [], since, None
    for line in exported:
        if "head" in line:
            end = Head(**line["head"])
        elif line["id"] > since.entry:
            if line["id"] != last.entry + 1 or line["previous"] != last.digest or line["digest"] != _digest(line):
                raise ZhsqError(f"The export of the audit does not hold at entry {line['id']}.", "Take another export.")
            entries.append(line)
            last = Head(line["id"], line["digest"], "")
    if end is None or not _signed(end, key) or (end.entry, end.digest) != (last.entry, last.digest):
        raise ZhsqError(
            f"The export of the audit does not go on from entry {since.entry} to a head that is signed with our key.",
            "Give the newest export that was made of the same store after the back-up: zhsq audit export --out FILE",
        )
    return entries


def export(session: Session) -> Iterator[dict[str, Any]]:
    """Every entry in order, then the head: what `zhsq audit export` writes, an object a line."""
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        yield {"id": entry.id, **{name: getattr(entry, name) for name in FIELDS}, "digest": entry.digest}
    head = _head(Connected(session.connection()))
    if head is not None:
        yield {"head": head._asdict()}


def contains(session: Session, head: Head) -> Broken | None:
    """Whether the chain goes on from an earlier head of its own; what is wrong otherwise."""
    if not _signed(head, session.info[KEY]):
        return Broken(head.entry, "the earlier head's signature is not ours")
    if head.entry == 0:
        return None
    digest = session.scalar(select(AuditEntry.digest).where(AuditEntry.id == head.entry))
    if digest is None:
        return Broken(head.entry, "it is in the earlier export, and gone now")
    return None if digest == head.digest else Broken(head.entry, "it is another one in the earlier export")


def append(way: Way, key: bytes, pending: list[dict[str, Any]]) -> None:
    """Append entries (`entry`) in a transaction that no other writer of the chain can overtake."""
    head = _head(way)
    if head is None or not _signed(head, key):
        log.critical("The audit's head was changed by someone without the key; run `zhsq audit verify`.")
        note = {"actor": "zhsq", "action": HEAD_INVALID, "target": "", "outcome": "found", "at": pending[0]["at"]}
        pending = [note, *pending]
        head = head or Head(0, START, "")
    number, previous = head.entry, head.digest
    entries = []
    for number, fields in enumerate(pending, head.entry + 1):
        digest = _digest({**fields, "previous": previous})
        entries.append({"id": number, **fields, "previous": previous, "digest": digest})
        previous = digest
    way.change(_INSERT, entries)
    _sign(way, key, number, previous)


def _head(way: Way) -> Head | None:
    found = way.one(_HEAD, {})
    return None if found is None else Head(*found)


def _sign(way: Way, key: bytes, entry: int, digest: str) -> None:
    head = {"entry": entry, "digest": digest, "mac": _mac(key, entry, digest)}
    if not way.change(_MOVE, [head]):
        way.change(_FIRST, [{"id": 1, **head}])


def _signed(head: Head, key: bytes) -> bool:
    return hmac.compare_digest(head.mac, _mac(key, head.entry, head.digest))


def _mac(key: bytes, entry: int, digest: str) -> str:
    return hmac.digest(key, f"zhsq audit head v1 {entry} {digest}".encode(), "sha256").hex()


def _digest(fields: dict[str, Any]) -> str:
    body = [fields[name] for name in FIELDS]
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()
