"""Which registered vehicle of an estate a read is: an index per estate, in step with the store."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.models.bundle import Bundle
from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import is_plate
from zhsq.models.plate.index import PlateIndex
from zhsq.models.plate.matching import PlateMatch, match
from zhsq.models.plate.provinces import ProvincePrior
from zhsq.models.plate.types import PlateRead
from zhsq.serve.store.scope import everywhere
from zhsq.serve.store.tables import AuditEntry, Vehicle

#: What the routes record when a vehicle comes or goes; the target is '<estate>/<vehicle id>'.
REGISTERED, REMOVED = "vehicle.register", "vehicle.remove"
#: Ids are handed out before they are committed, so that an entry may appear below one that was seen already: so far
#: back each look begins.
_BACK = 64
#: After so many new entries reading the vehicles again is quicker than following.
_MANY = 2000


@dataclass
class _Register:
    index: PlateIndex
    plates: dict[str, str] = field(default_factory=dict)
    #: Registered plates by their first character.
    first: Counter[str] = field(default_factory=Counter)


class Registers:
    """The estates' plates, indexed in memory; safe for threads.

    The store is the truth, and other processes may change it. Every registration and removal is recorded in the audit in
    its own transaction, so the audit is the list of changes: before each match the entries since the last look are
    followed, a few rows by primary key. So a vehicle that was removed, here or elsewhere, never matches again, and one
    that was registered matches at once. Vehicles that are written past the API and its audit are not seen until restart.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._estates: dict[str, _Register] = {}
        self._confusions: dict[str, Confusion] = {}
        self._cursor = 0
        self._seen: set[int] = set()

    def match(
        self, session: Session, estate: str, read: PlateRead, *, bundle: Bundle, accept: float, margin: float
    ) -> PlateMatch:
        """Match a read against the vehicles that are registered in an estate now.

        Args:
            session: in which nothing was written yet.
            estate: its id.
            read: of one plate.
            bundle: that read it; its confusion model is used.
            accept: as in `zhsq.models.plate.matching.match`.
            margin: as there.

        Raises:
            BundleError: the bundle's confusion model can't be read.
        """
        with self._lock:
            confusion = self._confusions.get(bundle.sha256)
            if confusion is None:
                confusion = self._confusions[bundle.sha256] = Confusion.of(bundle)
            with everywhere(session):  # the audit, and registers of other estates that it tells of
                self._follow(session)
            register = self._register(session, estate)
            return match(read, register.index, accept=accept, margin=margin, confusion=confusion)

    def provinces(self, session: Session, estate: str) -> ProvincePrior:
        """Which provinces' plates to expect in an estate: those of its registered vehicles, more than others.

        Args:
            session: in which nothing was written yet.
            estate: its id.
        """
        with self._lock:
            if estate not in self._estates:
                with everywhere(session):
                    self._follow(session)  # what is loaded next is followed from here; a few changes matter to no prior
            return ProvincePrior.of(self._register(session, estate).first)

    def _register(self, session: Session, estate: str) -> _Register:
        found = self._estates.get(estate)
        if found is None:
            found = self._estates[estate] = _load(session, estate)
        return found

    def _follow(self, session: Session) -> None:
        """Apply what the audit has since the last look."""
        if not self._estates:  # nothing to keep in step; what is loaded next is newer than this
            self._cursor = session.scalar(select(func.max(AuditEntry.id))) or 0
            self._seen = set()
            return
        columns = (AuditEntry.id, AuditEntry.action, AuditEntry.target)
        query = select(*columns).where(AuditEntry.id > self._cursor - _BACK).order_by(AuditEntry.id).limit(_MANY)
        entries = [entry for entry in session.execute(query).tuples() if entry[0] not in self._seen]
        if len(entries) >= _MANY - _BACK:
            self._estates.clear()
            self._follow(session)
            return
        for number, action, target in entries:
            estate, _, vehicle = target.rpartition("/")
            if (register := self._estates.get(estate)) is not None:
                _apply(session, register, action, vehicle)
            self._seen.add(number)
            self._cursor = max(self._cursor, number)
        self._seen = {number for number in self._seen if number > self._cursor - _BACK}


def _load(session: Session, estate: str) -> _Register:
    # A text that an earlier grammar took for a plate can't be read as one today, so it is left out, not refused.
    query = select(Vehicle.id, Vehicle.plate).where(Vehicle.estate_id == estate)
    plates = {vehicle: plate for vehicle, plate in session.execute(query).tuples() if is_plate(plate)}
    return _Register(PlateIndex(plates.values()), plates, Counter(plate[0] for plate in plates.values()))


def _apply(session: Session, register: _Register, action: str, vehicle: str) -> None:
    """Follow one entry. Entries may be older than what was loaded: applying one again changes nothing."""
    if action == REGISTERED:
        plate = session.scalar(select(Vehicle.plate).where(Vehicle.id == vehicle))
        if plate is not None and is_plate(plate):
            register.first[plate[0]] += vehicle not in register.plates
            register.plates[vehicle] = plate
            register.index.add(plate)
    elif action == REMOVED:
        plate = register.plates.pop(vehicle, None)
        if plate is not None:
            register.first[plate[0]] -= 1
            if plate not in register.plates.values():
                register.index.remove(plate)
