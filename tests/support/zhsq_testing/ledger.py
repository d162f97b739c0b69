"""A ledger of what the API acknowledged, kept by clients that write at the same time; and its comparison with the store.

Each client owns its people, vehicles or events, so what it was told is the truth about them. A request that got no
answer is in doubt: the store may hold what came of it whole, or nothing.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq.serve.privacy import erasure
from zhsq.serve.security.audit import verify
from zhsq.serve.store import galleries
from zhsq.serve.store.tables import Alert, AuditEntry, Consent, Erasure, Event, Subject, Template, Vehicle
from zhsq_testing.process import ESTATE, Api

PersonState = Literal["absent", "enrolled", "withdrawn"]
#: Answers that ask to come back later.
NOT_NOW = (503, 507, 429)


class Unanswered(Exception):
    """The server is gone, or gave up in the middle."""


class InDoubt(Exception):
    """The server says that it can't know what came of a request: its database went away in the middle."""


@dataclass
class Person:
    """Someone with a photo. After an erasure they may enrol again, as another subject."""

    photo: bytes
    state: PersonState = "absent"
    subject: str = ""
    #: Subjects of earlier enrolments, whose erasure was acknowledged.
    erased: list[str] = field(default_factory=list)
    #: Of the enrolment under way, or the last one: unique.
    reference: str = ""
    consents: int = 0
    doubt: str = ""


@dataclass
class Vehicles:
    """Plates that are registered (plate -> id), and those in doubt."""

    registered: dict[str, str] = field(default_factory=dict)
    doubts: set[str] = field(default_factory=set)


@dataclass
class Events:
    """Events that were acknowledged, each with the alerts that it was said to have raised; all of them tried."""

    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)


class Ledger:
    """What clients were told.

    Args:
        photos: of different people.
        seed: of every choice.
    """

    def __init__(self, photos: list[bytes], seed: int) -> None:
        self.people = [Person(photo) for photo in photos]
        self.vehicles, self.events = Vehicles(), Events()
        self.answered: dict[str, int] = {}
        self.refused: dict[int, int] = {}
        self._random = random.Random(seed)
        self._numbers = iter(range(1, 10**9))

    def write(self, api: Api, until: Callable[[], bool]) -> None:
        """Write from several clients until `until` says so, or each has met the server's end."""
        half = len(self.people) // 2
        jobs = [
            lambda client, mine=self.people[:half], chance=self._chance(): self._with_people(client, mine, chance),
            lambda client, mine=self.people[half:], chance=self._chance(): self._with_people(client, mine, chance),
            lambda client, chance=self._chance(): self._with_vehicles(client, chance),
            lambda client, chance=self._chance(): self._with_events(client, chance),
        ]
        failed: list[BaseException] = []

        def work(job: Callable[[httpx.Client], None]) -> None:
            try:
                with api.client() as client:
                    while not until():
                        with contextlib.suppress(InDoubt):
                            job(client)
            except Unanswered:
                return
            except BaseException as error:
                failed.append(error)
                raise

        threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    def _chance(self) -> random.Random:
        return random.Random(self._random.random())

    def _send(self, client: httpx.Client, what: str, method: str, path: str, **more: object) -> httpx.Response:
        try:
            done = client.request(method, path, **more)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            raise Unanswered from error
        if done.status_code in NOT_NOW:
            assert done.headers.get("retry-after"), done.text
            self.refused[done.status_code] = self.refused.get(done.status_code, 0) + 1
            time.sleep(0.05)
            if done.json()["code"] == "store-unavailable":
                raise InDoubt
        else:
            assert done.is_success, f"{what}: {done.status_code} {done.text}"
            self.answered[what] = self.answered.get(what, 0) + 1
        return done

    def _with_people(self, client: httpx.Client, mine: list[Person], chance: random.Random) -> None:
        person = chance.choice(mine)
        if person.doubt:
            return
        if person.state == "absent":
            self._enrol(client, person)
        elif person.state == "enrolled":
            chance.choice([self._renew, self._withdraw, self._erase, self._erase])(client, person)
        else:
            self._erase(client, person)

    def _enrol(self, client: httpx.Client, person: Person) -> None:
        person.reference, person.doubt = f"flat {next(self._numbers)}", "enrol"
        form = {
            "reference": person.reference,
            "consent_purpose": "entry",
            "consent_evidence": "form 1",
            "consent_expires_at": "2099-01-01T00:00:00Z",
            "credential_kind": "card",
            "credential_reference": "card 1",
        }
        path = f"/v1/estates/{ESTATE}/subjects"
        done = self._send(client, "enrol", "POST", path, data=form, files={"image": ("a.jpg", person.photo)})
        if done.is_success:
            person.state, person.subject, person.consents = "enrolled", done.json()["subject"], 1
        person.doubt = ""

    def _renew(self, client: httpx.Client, person: Person) -> None:
        person.doubt = "renew"
        body = {"purpose": "entry", "evidence": "form 2", "expires_at": "2099-06-01T00:00:00Z"}
        done = self._send(client, "renew", "POST", f"{_path(person)}/consents", json=body)
        person.consents += done.is_success
        person.doubt = ""

    def _withdraw(self, client: httpx.Client, person: Person) -> None:
        person.doubt = "withdraw"
        if self._send(client, "withdraw", "POST", f"{_path(person)}/withdraw").is_success:
            person.state = "withdrawn"
        person.doubt = ""

    def _erase(self, client: httpx.Client, person: Person) -> None:
        person.doubt = "erase"
        if self._send(client, "erase", "DELETE", _path(person)).is_success:
            _gone(person)
        person.doubt = ""

    def _with_vehicles(self, client: httpx.Client, chance: random.Random) -> None:
        path, mine = f"/v1/estates/{ESTATE}/vehicles", self.vehicles
        known = sorted(mine.registered.keys() - mine.doubts)
        if known and chance.random() < 0.4:
            plate = chance.choice(known)
            mine.doubts.add(plate)
            if self._send(client, "remove", "DELETE", f"{path}/{mine.registered[plate]}").is_success:
                del mine.registered[plate]
        else:
            plate = f"皖A{next(self._numbers):05d}"
            mine.doubts.add(plate)
            done = self._send(client, "register", "POST", path, json={"plate": plate})
            if done.is_success:
                mine.registered[plate] = done.json()["id"]
        mine.doubts.discard(plate)

    def _with_events(self, client: httpx.Client, chance: random.Random) -> None:
        mine = self.events
        again = bool(mine.tried) and chance.random() < 0.2
        number = chance.choice(mine.tried) if again else str(next(self._numbers))
        if not again:
            mine.tried.append(number)
        data = {"estate": ESTATE, "device": f"fence-{number}", "state": "crossed"}
        event = {"specversion": "1.0", "id": number, "source": "/fence", "type": "perimeter", "data": data}
        done = self._send(client, "event", "POST", "/v1/events", json=event)
        if done.is_success:
            told = done.json()
            assert number not in mine.acknowledged or told["duplicate"], "an acknowledged event was taken as new"
            mine.acknowledged.setdefault(number, told["alerts"])

    @property
    def in_doubt(self) -> int:
        """Requests about people and vehicles whose outcome nobody was told."""
        return sum(bool(person.doubt) for person in self.people) + len(self.vehicles.doubts)

    def settle(self, session: Session) -> None:
        """Ask the store what came of requests in doubt; each is there whole or not at all, else `faults` says so."""
        for person in self.people:
            if person.doubt == "enrol":
                found = session.scalar(select(Subject.id).where(Subject.reference == person.reference))
                if found:
                    person.state, person.subject, person.consents = "enrolled", found, 1
            elif person.doubt == "renew":
                person.consents = _count(session, Consent, Consent.subject_id == person.subject)
            elif person.doubt == "withdraw":
                open_ones = (Consent.subject_id == person.subject, Consent.withdrawn_at.is_(None))
                person.state = "enrolled" if _count(session, Consent, *open_ones) else "withdrawn"
            elif person.doubt == "erase" and session.get(Subject, person.subject) is None:
                _gone(person)
            person.doubt = ""
        for plate in self.vehicles.doubts:
            self.vehicles.registered.pop(plate, None)
            found = session.scalar(select(Vehicle.id).where(Vehicle.plate == plate))
            if found:
                self.vehicles.registered[plate] = found
        self.vehicles.doubts.clear()

    def faults(self, session: Session) -> list[str]:
        """Where the store differs from what was acknowledged, holds half of something, or its audit does not hold."""
        found = [*self._faults_of_people(session), *self._faults_of_vehicles(session), *self._faults_of_events(session)]
        broken = verify(session)
        if broken is not None:
            found.append(f"audit: entry {broken.entry}: {broken.reason}")
        galleries.rows(session, ESTATE)  # raises when templates and the checksum differ
        return found

    def _faults_of_people(self, session: Session) -> Iterator[str]:
        stored = set(session.scalars(select(Subject.id)))
        expected = {person.subject for person in self.people if person.state != "absent"}
        for subject in expected - stored:
            yield f"lost: enrolment {subject}"
        for subject in stored - expected:
            yield f"not acknowledged, or erased: {subject}"
        templates = list(session.scalars(select(Template.subject_id)))
        if sorted(templates) != sorted(stored):
            yield f"{len(templates)} templates of {len(stored)} people"
        for person in self.people:
            if person.state == "absent":
                continue
            held = session.scalars(select(Consent).where(Consent.subject_id == person.subject)).all()
            if len(held) != person.consents:
                yield f"{person.subject}: {len(held)} consents, {person.consents} were acknowledged"
            if any((consent.withdrawn_at is None) != (person.state == "enrolled") for consent in held):
                yield f"{person.subject}: {person.state}, but its consents say otherwise"
            if not _count(session, AuditEntry, AuditEntry.target == f"{ESTATE}/{person.subject}"):
                yield f"{person.subject}: not in the audit"
        for subject in (subject for person in self.people for subject in person.erased):
            kept = session.scalar(select(Erasure).where(Erasure.subject_id == subject))
            if kept is None or not erasure.check(session, erasure.receipt(kept)).holds:
                yield f"erased {subject}: no receipt that holds"

    def _faults_of_vehicles(self, session: Session) -> Iterator[str]:
        rows = session.execute(select(Vehicle.plate, Vehicle.id)).tuples()
        stored = dict(rows.all())
        if stored != self.vehicles.registered:
            yield f"vehicles differ: {stored.items() ^ self.vehicles.registered.items()}"

    def _faults_of_events(self, session: Session) -> Iterator[str]:
        stored = list(session.scalars(select(Event.event_id)))
        if len(stored) != len(set(stored)):
            yield "an event is there twice"
        lost = self.events.acknowledged.keys() - set(stored)
        if lost:
            yield f"lost: events {sorted(lost)}"
        alerts = set(session.scalars(select(Alert.id)))
        if _count(session, Alert) != len(stored):
            yield f"{len(alerts)} alerts of {len(stored)} events that each raise one"
        gone = {alert for told in self.events.acknowledged.values() for alert in told} - alerts
        if gone:
            yield f"lost: alerts {sorted(gone)}"

    def wrong_decisions(self, client: httpx.Client, sample: int | None = None) -> list[str]:
        """Who is named as someone else, named after the consent ended, or not known though enrolled."""
        asked = self.people if sample is None else self._random.sample(self.people, min(sample, len(self.people)))
        wrong = []
        for person in asked:
            picture = {"image": ("b.jpg", person.photo)}
            done = client.post(f"/v1/estates/{ESTATE}/faces/identify", files=picture)
            assert done.status_code == 200, done.text
            expected = person.subject if person.state == "enrolled" else None
            if done.json()["subject"] != expected:
                wrong.append(f"{person.state} {person.subject}: the API says {done.json()['subject']}")
        return wrong


def _path(person: Person) -> str:
    return f"/v1/estates/{ESTATE}/subjects/{person.subject}"


def _gone(person: Person) -> None:
    person.erased.append(person.subject)
    person.state, person.subject, person.consents = "absent", "", 0


def _count(session: Session, table: type, *conditions: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]
