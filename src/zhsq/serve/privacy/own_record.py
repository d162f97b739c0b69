"""Everything that is stored of one person, for that person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhsq.serve.privacy.erasure import receipt
from zhsq.serve.store.scope import everywhere
from zhsq.serve.store.tables import AuditEntry, Consent, Erasure, Subject, Template, now


def own_record(session: Session, estate: str, subject_id: str) -> dict[str, Any]:
    """A person's record as JSON: what is stored, what was agreed to, who looked, what was erased.

    The template itself is not in it: it is of use only to who would imitate the person, and only with the keys.
    Staff who acted are named by role, as the audit knows them otherwise.
    """
    subject = session.get(Subject, subject_id)
    templates = session.scalars(select(Template).where(Template.subject_id == subject_id)).all()
    consents = session.scalars(select(Consent).where(Consent.subject_id == subject_id).order_by(Consent.given_at))
    erasures = session.scalars(select(Erasure).where(Erasure.subject_id == subject_id))
    query = select(AuditEntry).where(AuditEntry.target == f"{estate}/{subject_id}").order_by(AuditEntry.id)
    with everywhere(session):  # the audit belongs to no estate; the target names this one
        accesses = session.scalars(query).all()
    return {
        "made_at": f"{now().isoformat()}Z",
        "estate": estate,
        "subject": subject_id,
        "reference": subject.reference if subject else None,
        "other_way_in": (
            {"kind": subject.credential_kind, "reference": subject.credential_reference} if subject else None
        ),
        "consents": [
            {
                "id": consent.id,
                "purpose": consent.purpose,
                "evidence": consent.evidence,
                "guardian": consent.guardian,
                "given_at": f"{consent.given_at.isoformat()}Z",
                "expires_at": f"{consent.expires_at.isoformat()}Z",
                "withdrawn_at": f"{consent.withdrawn_at.isoformat()}Z" if consent.withdrawn_at else None,
            }
            for consent in consents
        ],
        "templates": [
            {
                "id": template.id,
                "made_by": template.bundle_sha256,
                "encrypted_bytes": len(template.sealed),
                "created_at": f"{template.created_at.isoformat()}Z",
            }
            for template in templates
        ],
        "images": [],
        "erasures": [receipt(found).model_dump() for found in erasures],
        "accesses": [
            {"at": entry.at, "by": entry.actor.split(":")[0], "action": entry.action, "outcome": entry.outcome}
            for entry in accesses
        ],
    }
