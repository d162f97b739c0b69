"""Vehicles whose permits have all ended are taken off the register: a plate tells of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from zhsq.serve.matching.plates import REMOVED
from zhsq.serve.security.audit import record
from zhsq.serve.store.tables import Permit, Vehicle


def over(at: datetime) -> ColumnElement[bool]:
    """The condition on `Vehicle` that its last permit had ended at `at`. One that never had a permit stays registered."""
    mine = Permit.vehicle_id == Vehicle.id
    return and_(exists().where(mine), ~exists().where(mine, or_(Permit.valid_until.is_(None), Permit.valid_until > at)))


def let_go(session: Session, at: datetime, days: int, most: int, actor: str) -> int:
    """Remove vehicles whose last permit ended so many days before `at`, with their permits, in the caller's transaction.

    Args:
        session: that may see every estate.
        at: the present, UTC.
        days: that they are kept.
        most: vehicles at once.
        actor: for the audit, by which the processes' indexes follow.

    Returns:
        How many went; fewer than `most` when none are left.
    """
    gone = session.scalars(
        select(Vehicle).where(over(at - timedelta(days=days))).order_by(Vehicle.id).limit(most)
    ).all()
    for vehicle in gone:
        for permit in session.scalars(select(Permit).where(Permit.vehicle_id == vehicle.id)):
            session.delete(permit)
        session.flush()
        session.delete(vehicle)
        record(session, actor, REMOVED, f"{vehicle.estate_id}/{vehicle.id}", "its permits ended")
    return len(gone)
