"""Whether a registered vehicle may pass now and here: asked by `plates/match` and for the events of plate passes alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from zhsq.serve.alerting.rules.conditions import During
from zhsq.serve.store.tables import Permit, Vehicle

PermitState = Literal["valid", "wrong-hours", "wrong-gate", "not-yet", "expired", "none"]
#: The state in words, English and Chinese.
MESSAGES: dict[PermitState, tuple[str, str]] = {
    "valid": ("It may pass.", "许可有效。"),
    "wrong-hours": ("Its permit is for other hours.", "不在许可时段内。"),
    "wrong-gate": ("Its permit is for another gate.", "许可不适用于此出入口。"),
    "not-yet": ("Its permit has not begun.", "许可尚未生效。"),
    "expired": ("Its permit has expired.", "许可已过期。"),
    "none": ("It has no permit.", "没有通行许可。"),
}
#: Of several permits the one that says most: the first in this order.
_ORDER = tuple(MESSAGES)


@dataclass(frozen=True)
class Pass:
    """A vehicle at a gate.

    Attributes:
        estate: its id.
        plate: normalised.
        at: UTC without zone.
        places: names of the gate, and of the zone that it is in; none where the caller does not say.
    """

    estate: str
    plate: str
    at: datetime
    places: frozenset[str]


@dataclass(frozen=True)
class Permitted:
    """What a registered vehicle is permitted; `permit` is the one that decided, None for 'none'."""

    state: PermitState
    permit: Permit | None


def state_of(permit: Permit, at: datetime, places: frozenset[str], offset_s: int) -> PermitState:
    """One permit at one time and place. A permit for certain gates is of no use where the gate is not known.

    Args:
        permit: of the vehicle.
        at: UTC without zone; the permit holds from its beginning to just before its end.
        places: see `Pass`.
        offset_s: of local time, which the hours are in, from UTC.
    """
    if permit.valid_until is not None and at >= permit.valid_until:
        return "expired"
    if at < permit.valid_from:
        return "not-yet"
    if permit.gates and places.isdisjoint(permit.gates):
        return "wrong-gate"
    stamp = at.replace(tzinfo=UTC).timestamp()
    if permit.hours and all(During(**hours).begun(stamp, offset_s) is None for hours in permit.hours):
        return "wrong-hours"
    return "valid"


def judge(permits: Iterable[Permit], at: datetime, places: frozenset[str], offset_s: int) -> Permitted:
    """What several permits of one vehicle come to: any that is valid will do."""
    states = [(_ORDER.index(state_of(one, at, places, offset_s)), one) for one in permits]
    if not states:
        return Permitted("none", None)
    rank, permit = min(states, key=lambda pair: pair[0])
    return Permitted(_ORDER[rank], permit)


def look_up(session: Session, passes: Sequence[Pass], offset_s: int) -> list[Permitted | None]:
    """Per pass what the vehicle is permitted; None where the plate is not registered in the estate.

    Args:
        session: that may see the estates.
        passes: any number, of any estates.
        offset_s: of local time from UTC, as the file of rules has it.
    """
    pairs = {(one.estate, one.plate) for one in passes}
    query = select(Vehicle.estate_id, Vehicle.plate, Vehicle.id).where(
        tuple_(Vehicle.estate_id, Vehicle.plate).in_(pairs)
    )
    known = {(estate, plate): vehicle for estate, plate, vehicle in session.execute(query)} if pairs else {}
    held: dict[str, list[Permit]] = defaultdict(list)
    if known:
        for permit in session.scalars(select(Permit).where(Permit.vehicle_id.in_(known.values()))):
            held[permit.vehicle_id].append(permit)
    found = [(one, known.get((one.estate, one.plate))) for one in passes]
    return [judge(held[vehicle], one.at, one.places, offset_s) if vehicle else None for one, vehicle in found]
