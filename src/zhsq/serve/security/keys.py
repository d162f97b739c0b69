"""API keys: random, shown once, stored as a digest; each has a role and may be bound to one estate."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.serve.store.tables import ApiKey, now

Role = Literal["resident", "guard", "property", "operator", "auditor", "platform"]
ROLES: tuple[str, ...] = get_args(Role)
#: Roles that work for one estate: their keys must be bound to it.
ESTATE_ROLES = ("resident", "guard", "property")


@dataclass(frozen=True)
class Caller:
    """Who calls: a key's identifier, name, role, and the only estate it may see (None: all)."""

    key_id: str
    name: str
    role: str
    estate: str | None

    @property
    def actor(self) -> str:
        """As it stands in the audit."""
        return f"{self.role}:{self.name}:{self.key_id[:8]}"


def create(session: Session, name: str, role: str, estate: str | None) -> str:
    """Make a key and return it; it can't be shown again.

    Raises:
        UnknownNameError: no such role.
        ZhsqError: the role needs an estate.
    """
    if role not in ROLES:
        raise UnknownNameError("role", role, ROLES)
    if role in ESTATE_ROLES and not estate:
        raise ZhsqError(f"A key of the role {role} must be bound to an estate.", "Give --estate.")
    key = f"zhsq_{secrets.token_urlsafe(32)}"
    session.add(ApiKey(name=name, role=role, estate_id=estate, digest=_digest(key)))
    return key


def authenticate(session: Session, key: str) -> Caller | None:
    """The caller of a key; None when it is unknown or revoked."""
    found = session.scalar(select(ApiKey).where(ApiKey.digest == _digest(key), ApiKey.revoked_at.is_(None)))
    return Caller(found.id, found.name, found.role, found.estate_id) if found else None


def revoke(session: Session, key_id: str) -> None:
    """End a key, by its identifier or the beginning of it.

    Raises:
        UnknownNameError: no such key.
    """
    found = [key for key in session.scalars(select(ApiKey)) if len(key_id) >= 6 and key.id.startswith(key_id)]
    if len(found) != 1:
        raise UnknownNameError("key", key_id, [key.id[:8] for key in session.scalars(select(ApiKey))])
    found[0].revoked_at = now()


def _digest(key: str) -> str:
    # Plain SHA-256 is enough for 256 random bits: there is nothing to guess, so a slow hash would only cost time.
    return hashlib.sha256(key.encode()).hexdigest()
