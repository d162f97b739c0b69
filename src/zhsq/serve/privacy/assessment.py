"""The export for an impact assessment: what is processed, why, how long, of how many people; counted, not declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq import __version__
from zhsq.serve.gat1400.bases import in_force
from zhsq.serve.privacy.consents import FILING_THRESHOLD, ended, holding, stored_people
from zhsq.serve.privacy.retention import KINDS, days_kept
from zhsq.serve.settings import Settings
from zhsq.serve.store.scope import estate_column
from zhsq.serve.store.tables import Consent, Device, Erasure, Estate, LegalBasis, Subject, Template, Vehicle, now


class Purpose(BaseModel):
    purpose: str
    people: int = Field(description="whose consent to it holds")


class EstateFigures(BaseModel):
    id: str
    name: str
    people: int = Field(description="with a template in the store")
    consent_holds: int
    to_erase: int = Field(description="consent ended; the next run of the jobs erases them")
    by_guardian: int = Field(description="of those whose consent holds, by a guardian for a child under 14")
    next_consent_ends_at: str | None
    purposes: list[Purpose]
    devices: int
    devices_requiring_liveness: int
    devices_requiring_quality: int
    receipts: int


class Record(BaseModel):
    kind: str
    count: int | None = Field(description="in the store now; None for what is counted elsewhere")
    days_kept: int | None = Field(description="after its end; None: as long as the system is")


class Assessment(BaseModel):
    made_at: str = Field(description="UTC")
    version: str
    people_stored: int = Field(description="in all estates of this store, or in the one that the caller may see")
    filing_threshold: int = FILING_THRESHOLD
    filing_due: bool
    estates: list[EstateFigures]
    records: list[Record]


def assess(session: Session, settings: Settings, estate: str | None = None) -> Assessment:
    """Count what is in the store.

    Args:
        session: its scope decides which estates are seen.
        settings: how long records are kept.
        estate: only this one; all that the session may see when None.
    """
    query = select(Estate).order_by(Estate.id)
    found = session.scalars(query if estate is None else query.where(Estate.id == estate)).all()
    people, kept = stored_people(session, estate), days_kept(settings)
    counts = {kind.name: _counted(session, kind.table, estate) for kind in KINDS}
    counts["templates"] = _count(session, Template, estate)
    counts["vehicles"] = _count(session, Vehicle, estate)
    records = [Record(kind=name, count=counts.get(name), days_kept=days) for name, days in kept.items()]
    return Assessment(
        made_at=f"{now().isoformat(timespec='seconds')}Z",
        version=__version__,
        people_stored=people,
        filing_due=people >= FILING_THRESHOLD,
        estates=[_figures(session, each) for each in found],
        records=[
            *records,
            Record(kind="platforms", count=_bases(session, estate), days_kept=None),
            Record(kind="images", count=0, days_kept=0),
        ],
    )


def _figures(session: Session, estate: Estate) -> EstateFigures:
    at = now()
    holds = (Consent.estate_id == estate.id, holding(at))
    by_purpose = select(Consent.purpose, func.count(Consent.subject_id.distinct())).where(*holds)
    devices = session.scalars(select(Device).where(Device.estate_id == estate.id)).all()
    next_end = session.scalar(select(func.min(Consent.expires_at)).where(*holds))
    people = func.count(Consent.subject_id.distinct())
    return EstateFigures(
        id=estate.id,
        name=estate.name,
        people=stored_people(session, estate.id),
        consent_holds=session.scalar(select(people).where(*holds)) or 0,
        to_erase=session.scalar(
            select(func.count()).select_from(Subject).where(Subject.estate_id == estate.id, ended(at))
        )
        or 0,
        by_guardian=session.scalar(select(people).where(*holds, Consent.guardian.is_not(None))) or 0,
        next_consent_ends_at=f"{next_end.isoformat()}Z" if next_end else None,
        purposes=[
            Purpose(purpose=purpose, people=count)
            for purpose, count in session.execute(by_purpose.group_by(Consent.purpose).order_by(Consent.purpose))
        ],
        devices=len(devices),
        devices_requiring_liveness=sum(device.liveness == "required" for device in devices),
        devices_requiring_quality=sum(device.quality == "require" for device in devices),
        receipts=_count(session, Erasure, estate.id),
    )


def _counted(session: Session, table: Any, estate: str | None) -> int | None:
    """None where records belong to no estate, and one estate's are asked for."""
    return _count(session, table, estate) if estate is None or estate_column(table) is not None else None


def _bases(session: Session, estate: str | None) -> int:
    """Legal bases in force now: on how many something may go to a platform."""
    query = select(func.count()).select_from(LegalBasis).where(in_force(now()))
    return session.scalar(query if estate is None else query.where(LegalBasis.estate_id == estate)) or 0


def _count(session: Session, table: Any, estate: str | None) -> int:
    query: Any = select(func.count()).select_from(table)
    conditions: Sequence[Any] = () if estate is None else (table.estate_id == estate,)
    return session.scalar(query.where(*conditions)) or 0
