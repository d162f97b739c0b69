"""API keys: random, shown once, stored as a digest; each has a role, may be bound to one estate and to areas of the API,
may expire, and is replaced by another while both are valid."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.serve.store.kept import Ready
from zhsq.serve.store.scope import EVERY
from zhsq.serve.store.tables import ApiKey, new_id, now

if TYPE_CHECKING:
    from zhsq.serve.store.database import Database

Role = Literal["resident", "guard", "property", "operator", "auditor", "platform"]
ROLES: tuple[str, ...] = get_args(Role)
#: Roles that work for one estate: their keys must be bound to it.
ESTATE_ROLES = ("resident", "guard", "property")
#: Each key begins so; what else comes as a bearer is a token of the issuer.
PREFIX = "zhsq_"
#: A key's last use is noted to this precision: not every request has to write it.
NOTED = timedelta(minutes=1)

_TABLE = ApiKey.__table__.c
#: Built once: it is asked with every request.
_VALID = Ready(
    select(_TABLE.id, _TABLE.name, _TABLE.role, _TABLE.estate_id, _TABLE.areas, _TABLE.last_used_at).where(
        _TABLE.digest == bindparam("digest"),
        _TABLE.revoked_at.is_(None),
        or_(_TABLE.expires_at.is_(None), _TABLE.expires_at > bindparam("at")),
    )
)


@dataclass(frozen=True)
class Caller:
    """Who calls: an identifier, a name, a role, the only estate it may see (None: all), and the areas of the API that it
    may use (None: all that its role may). An area is a tag in the API's own description."""

    key_id: str
    name: str
    role: str
    estate: str | None
    areas: frozenset[str] | None = None

    @property
    def actor(self) -> str:
        """As it stands in the audit."""
        return f"{self.role}:{self.name}:{self.key_id[:8]}"


def check_role(role: str, estate: str | None) -> None:
    """Refuse a role that there is not, and one that needs an estate and has none.

    Raises:
        UnknownNameError: no such role.
        ZhsqError: the role needs an estate.
    """
    if role not in ROLES:
        raise UnknownNameError("role", role, ROLES)
    if role in ESTATE_ROLES and not estate:
        raise ZhsqError(f"A key of the role {role} must be bound to an estate.", "Give --estate.")


def create(
    session: Session,
    name: str,
    role: str,
    estate: str | None,
    areas: Iterable[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a key and return it; it can't be shown again.

    Raises:
        UnknownNameError: no such role.
        ZhsqError: the role needs an estate, or the key would have expired already.
    """
    check_role(role, estate)
    if expires_at is not None and expires_at <= now():
        raise ZhsqError("The key would have expired already.", "Give a later end.")
    listed = None if areas is None else sorted(set(areas))
    return _add(session, ApiKey(name=name, role=role, estate_id=estate, areas=listed, expires_at=expires_at))


def rotate(session: Session, key_id: str, overlap: timedelta) -> str:
    """A new key in place of another, with all its rights; the old one ends after the overlap. Returns the new key.

    Raises:
        UnknownNameError: no such key.
        ZhsqError: it ended, or was replaced already.
    """
    old = find(session, key_id)
    if not _valid(old):
        raise ZhsqError(f"The key {old.id[:8]} has ended.", "Make a new one: zhsq keys create")
    if old.replaced_by:
        raise ZhsqError(f"The key {old.id[:8]} was replaced already.", f"Rotate {old.replaced_by[:8]} instead.")
    life = old.expires_at - old.created_at if old.expires_at else None
    new = ApiKey(id=new_id(), name=old.name, role=old.role, estate_id=old.estate_id, areas=old.areas)
    new.expires_at = now() + life if life else None
    key = _add(session, new)
    end = now() + overlap
    old.replaced_by, old.expires_at = new.id, min(end, old.expires_at or end)
    return key


def look_up(database: Database, key: str) -> tuple[Caller, bool] | None:
    """The caller of a key, and whether its use is to be noted (`note_use`): once a minute it is. None when the key is unknown,
    has expired or was revoked.

    Each request asks, so this reads one row, and waits for no writer.
    """
    at = now()
    # Whose key it is, and so what may be seen, is not known before.
    found = database.one(_VALID, {"digest": _digest(key), "at": at})
    if found is None:
        return None
    identifier, name, role, estate, areas, used = found
    due = used is None or at - used >= NOTED
    return Caller(identifier, name, role, estate, None if areas is None else frozenset(areas)), due


def note_use(database: Database, key_id: str) -> None:
    """Note that a key is used, now."""
    with database.session(EVERY) as session:
        session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now()))


def revoke(session: Session, key_id: str) -> None:
    """End a key at once, by its identifier or the beginning of it.

    Raises:
        UnknownNameError: no such key.
    """
    find(session, key_id).revoked_at = now()


def find(session: Session, key_id: str) -> ApiKey:
    """A key by its identifier, or by at least six characters of its beginning.

    Raises:
        UnknownNameError: no such key, or several.
    """
    found = [key for key in session.scalars(select(ApiKey)) if len(key_id) >= 6 and key.id.startswith(key_id)]
    if len(found) != 1:
        raise UnknownNameError("key", key_id, [key.id[:8] for key in session.scalars(select(ApiKey))])
    return found[0]


def _add(session: Session, row: ApiKey) -> str:
    key = f"{PREFIX}{secrets.token_urlsafe(32)}"
    row.digest = _digest(key)
    session.add(row)
    session.flush()
    return key


def _valid(key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now())


def _digest(key: str) -> str:
    # Plain SHA-256 is enough for 256 random bits: there is nothing to guess, so a slow hash would only cost time.
    return hashlib.sha256(key.encode()).hexdigest()
