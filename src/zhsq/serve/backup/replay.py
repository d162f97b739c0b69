"""What happened after a back-up and must not come undone by it: done again, from a later export of the audit.

Whoever was erased or withdrew stays so; revoked keys, templates, invitations and removed vehicles too. What was
*added* since is not in a back-up and can't be made of the audit; it is counted, so that people know what to do again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.orm import Session

from zhsq.errors import UnknownNameError
from zhsq.serve.matching.plates import REMOVED
from zhsq.serve.privacy import consents, erasure, rotation
from zhsq.serve.security import keys as api_keys
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.store.tables import Estate, Invitation, Subject, Vehicle

ACTOR = "restore"
_Step = Callable[[Session, TemplateKeys, str], bool]


def replay(
    session: Session, keys: TemplateKeys, entries: Iterable[dict[str, Any]]
) -> tuple[Counter[str], Counter[str]]:
    """Do again what must not come undone, in the caller's transaction.

    Args:
        session: of the restored store, seeing every estate.
        keys: those that protect its templates.
        entries: of the audit after the back-up, in order.

    Returns:
        What was done again, and what was not, by action. Refusals and mere reading are in neither.
    """
    done: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for entry in entries:
        action, target = entry["action"], entry["target"]
        if entry["outcome"].startswith("refused"):
            continue
        if action in _STEPS:
            done[action] += _STEPS[action](session, keys, target)
            session.flush()
        elif action in _ADDED:
            lost[action] += 1
    return +done, lost


def _erase(session: Session, _keys: TemplateKeys, target: str) -> bool:
    subject = session.get(Subject, _named(target))
    if subject is not None:
        erasure.erase(session, subject, "asked", ACTOR)
    return subject is not None


def _withdraw(session: Session, _keys: TemplateKeys, target: str) -> bool:
    subject = session.get(Subject, _named(target))
    if subject is not None:
        consents.withdraw(session, subject.id)
    return subject is not None


def _delete(table: type[Vehicle] | type[Invitation]) -> _Step:
    def step(session: Session, _keys: TemplateKeys, target: str) -> bool:
        row = session.get(table, _named(target))
        if row is not None:
            session.delete(row)
        return row is not None

    return step


def _revoke_key(session: Session, _keys: TemplateKeys, target: str) -> bool:
    """A key that was rotated ends, too: the one that took its place is not in the back-up."""
    try:
        api_keys.revoke(session, target)
    except UnknownNameError:
        return False
    return True


def _revoke_templates(session: Session, keys: TemplateKeys, target: str) -> bool:
    if session.get(Estate, target) is None:
        return False
    rotation.revoke(session, keys, target, ACTOR)
    return True


def _named(target: str) -> str:
    return target.rpartition("/")[2]


_STEPS: dict[str, _Step] = {
    erasure.ACTION: _erase,
    "consent.withdraw": _withdraw,
    REMOVED: _delete(Vehicle),
    "invitation.revoke": _delete(Invitation),
    "key.revoke": _revoke_key,
    "key.rotate": _revoke_key,
    "templates.revoke": _revoke_templates,
}
#: What people may have to do again.
_ADDED = {
    "consent.renew",
    "device.create",
    "device.delete",
    "device.policy",
    "estate.create",
    "invitation.create",
    "key.create",
    "subject.enrol",
    "target.create",
    "target.disable",
    "target.enable",
    "vehicle.register",
}
