"""Which keys protect how much, and revocation of an estate's templates."""

from __future__ import annotations

import os
from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.errors import UnknownNameError, ZhsqError
from zhsq.serve.privacy.jobs import reprotect
from zhsq.serve.security.audit import record
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.store.tables import Estate, Picture, Target, Template

#: Of an estate's salt, in bytes.
SALT = 32


def under_key(session: Session) -> dict[str, int]:
    """Key identifier -> templates that it protects."""
    query = select(Template.key_id, func.count().label("templates")).group_by(Template.key_id)
    return {row.key_id: row.templates for row in session.execute(query)}


def webhooks_under_key(session: Session) -> dict[str, int]:
    """Key identifier -> secrets of webhooks that it protects."""
    return dict(Counter(Sealer.key_of(secret) for secret in session.scalars(select(Target.secret))))


def pictures_under_key(session: Session) -> dict[str, int]:
    """Key identifier -> pictures of alerts that it protects."""
    query = select(Picture.key_id, func.count().label("pictures")).group_by(Picture.key_id)
    return {row.key_id: row.pictures for row in session.execute(query)}


def refuse_in_use(session: Session, key_id: str) -> None:
    """Refuse to let a key go that templates, secrets of webhooks or pictures need.

    Raises:
        ZhsqError: some are under it, or under a key of unknown identifier.
    """
    counts = under_key(session)
    templates, webhooks = counts.get(key_id, 0) + counts.get("", 0), webhooks_under_key(session).get(key_id, 0)
    pictures = pictures_under_key(session).get(key_id, 0)
    if templates or webhooks or pictures:
        needed = f"{templates} templates, {webhooks} secrets of webhooks and {pictures} pictures"
        raise ZhsqError(f"{needed} may be under the key {key_id}.", "Run the jobs first: zhsq jobs run")


def revoke(session: Session, keys: TemplateKeys, estate_id: str, actor: str) -> int:
    """Change an estate's salt and bring every template under it, in the caller's transaction; returns how many.

    Raises:
        UnknownNameError: no such estate.
        ZhsqError: a template's key is not at hand.
    """
    estate = session.get(Estate, estate_id, with_for_update=True)  # who enrols meanwhile waits
    if estate is None:
        raise UnknownNameError("estate", estate_id, session.scalars(select(Estate.id)))
    salt = os.urandom(SALT)
    templates = session.scalars(select(Template).where(Template.estate_id == estate_id)).all()
    for template in templates:
        reprotect(keys, estate, template, salt)
    estate.salt = salt
    record(session, actor, "templates.revoke", estate_id, f"{len(templates)} templates")
    return len(templates)
