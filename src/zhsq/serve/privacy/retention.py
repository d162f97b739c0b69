"""How long each kind of record is kept, and which have outlived it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from zhsq.serve.settings import Settings
from zhsq.serve.store import answers
from zhsq.serve.store.tables import (
    Alert,
    Base,
    Consent,
    Erasure,
    Event,
    Invitation,
    KeptAnswer,
    KeptAnswerThing,
    Permit,
    Picture,
    Subject,
)


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Attributes:
        name: in reports; also the key of its words in `assessment.yaml`.
        table: where it is.
        days: of the settings, how long it is kept.
        over: the condition that it ended at or before a time.
    """

    name: str
    table: type[Base]
    days: Callable[[Settings], int]
    over: Callable[[datetime], ColumnElement[bool]]

    def let_go(self, session: Session, settings: Settings, at: datetime) -> int:
        """Delete what ended more than its days before `at`, in the caller's transaction; returns how many."""
        over = self.over(at - timedelta(days=self.days(settings)))
        count = session.scalar(select(func.count()).select_from(self.table).where(over)) or 0
        if count:  # a statement that deletes nothing would have the galleries counted anew all the same
            for table, column, key in _dependents(self.table):
                session.execute(delete(table).where(column.in_(select(key).where(over))))
            told = select(cast(self.table.id, String)).where(over)  # type: ignore[attr-defined] # every kind has one
            answers.forget(session, select(KeptAnswerThing.answer_id).where(KeptAnswerThing.thing_id.in_(told)))
            session.execute(delete(self.table).where(over))
        return count


def _dependents(kind: type[Base]) -> Iterator[tuple[type[Base], Any, Any]]:
    """Tables whose rows belong to a row of this one and go with it, each with its column and the column that it names."""
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            for foreign in column.foreign_keys:
                if foreign.column.table is kind.__table__:
                    yield mapper.class_, column, foreign.column


def _consent_over(at: datetime) -> ColumnElement[bool]:
    ended = func.coalesce(Consent.withdrawn_at, Consent.expires_at) <= at
    return and_(ended, ~exists().where(Subject.id == Consent.subject_id))


KINDS: tuple[Kind, ...] = (
    Kind("consents", Consent, lambda s: s.retain_consents_days, _consent_over),
    Kind("receipts", Erasure, lambda s: s.retain_receipts_days, lambda at: Erasure.erased_at <= at),
    Kind("invitations", Invitation, lambda s: s.retain_invitations_days, lambda at: Invitation.expires_at <= at),
    Kind("permits", Permit, lambda s: s.retain_permits_days, lambda at: Permit.valid_until <= at),
    Kind("events", Event, lambda s: s.retain_events_days, lambda at: Event.time <= at),
    Kind("pictures", Picture, lambda s: s.retain_pictures_days, lambda at: Picture.added_at <= at),
    Kind(
        "alerts",
        Alert,
        lambda s: s.retain_alerts_days,
        lambda at: and_(Alert.last_at <= at, or_(Alert.state == "resolved", Alert.state == "dismissed")),
    ),
    Kind("answers", KeptAnswer, lambda _: answers.KEPT.days, lambda at: KeptAnswer.started_at <= at),
)


def days_kept(settings: Settings) -> dict[str, Any]:
    """Kind -> days after its end; templates go with the consent, vehicles with their last permit, and the audit stays: its chain
    has no gaps."""
    by_kind = {kind.name: kind.days(settings) for kind in KINDS}
    return {"templates": 0, **by_kind, "vehicles": settings.retain_permits_days, "audit": None}
