"""Answers that are kept for requests which are sent again: noted in the transaction that carries the request out, kept
encrypted, and gone with what they tell of.

A process may be killed at any point. Before that commit nothing was done and nothing is noted, and the request can be sent
again at once. Behind it nothing is done again, whether or not the answer was kept. Of two attempts at the same time in two
processes one commits: the name of caller and key is unique.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session

from zhsq.errors import ZhsqError
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.store.kept import Ready
from zhsq.serve.store.tables import AuditEntry, KeptAnswer, KeptAnswerThing, new_id, now

#: How long an answer is kept, and for how long a request may be under way, or its answer.
KEPT, LEASE = timedelta(hours=24), timedelta(minutes=1)
_BY_NAME = Ready(
    select(KeptAnswer.id, KeptAnswer.request, KeptAnswer.attempt, KeptAnswer.started_at, KeptAnswer.answer).where(
        KeptAnswer.name == bindparam("name")
    )
)
_WRITTEN, _GONE = "answers written", "answers gone"


@dataclass(frozen=True)
class Answer:
    """What was answered: status, the headers that belong to it, the body as text."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Attempt:
    """A request that carries out what its key stands for, unless another was first.

    Attributes:
        note: row of `KeptAnswer` that is written when it is carried out; empty until its key was read, and after its end.
        digest: of the request.
        replaces: identifier of an answer that was kept for long enough; '' where there is none.
        things: identifiers that its answer tells of.
        linked: those of them that are stored.
        done: whether the row is in a transaction of it.
    """

    note: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    replaces: str = ""
    things: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    done: bool = False

    @property
    def begun(self) -> bool:
        return bool(self.note)


_attempt: ContextVar[Attempt | None] = ContextVar("zhsq_attempt", default=None)


@contextmanager
def attempting() -> Iterator[Attempt]:
    """Opens an attempt for the request under way; it begins when its key is read."""
    opened = Attempt()
    token = _attempt.set(opened)
    try:
        yield opened
    finally:
        _attempt.reset(token)


def present() -> Attempt | None:
    """The attempt of the request under way; None where it has no key."""
    return _attempt.get()


class Answers:
    """The kept answers of a database.

    Args:
        database: `zhsq.serve.store.database.Database`.
        sealer: encrypts them.
    """

    def __init__(self, database: Any, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer
        self._lock = threading.Lock()
        #: Name -> since when this process carries it out: a repetition need not do the work to lose.
        self._under_way: dict[str, datetime] = {}

    def begin(self, attempt: Attempt, name: str, digest: str) -> Answer | None:
        """The answer to give again; None where the attempt has begun and the request is to be carried out.

        Args:
            attempt: of the request under way.
            name: of caller and key, 64 characters.
            digest: of the request.

        Raises:
            ProblemError: the key was used for another request, that request is under way, or its answer is gone.
        """
        with self._lock:
            if self._under_way.get(name, datetime.min) > now() - LEASE:
                raise _under_way()
            self._under_way[name] = now()
        try:
            answer = self._look(attempt, name, digest)
        except BaseException:
            self._ended(name)
            raise
        if answer is not None:
            self._ended(name)
            return answer
        made = new_id()
        request = self._sealer.seal(digest, made)
        attempt.note = {"id": made, "name": name, "attempt": new_id(), "started_at": now(), "request": request}
        attempt.digest = digest
        return None

    def _look(self, attempt: Attempt, name: str, digest: str) -> Answer | None:
        found = self._database.one(_BY_NAME, {"name": name})
        if found is None:
            return None
        identifier, request, running, started, answer = found
        if started <= now() - KEPT:
            attempt.replaces = identifier
            return None
        if not hmac.compare_digest(self._open(request, identifier), digest):
            raise ProblemError("idempotency-key-reused", "The key was used for another request. Take a new one.")
        if answer is not None:
            return Answer(**json.loads(self._open(answer, identifier)))
        if running and started > now() - LEASE:
            raise _under_way()
        raise _gone()

    def keep(self, attempt: Attempt, answer: Answer) -> None:
        """Store what the attempt answered."""
        note = self._end(attempt)
        sealed = self._sealer.seal(json.dumps(asdict(answer), ensure_ascii=False), note["id"])
        if attempt.done:  # what it tells of may be gone already: then so is the answer
            with self._database.session() as session:
                session.execute(update(KeptAnswer).where(*_mine(note)).values(answer=sealed))
            return
        # It wrote nothing; neither did one that is noted already.
        with suppress(ProblemError), self._database.session() as session:
            _note(session, attempt, note, answer=sealed)

    def drop(self, attempt: Attempt, *, done: bool) -> Answer | None:
        """Forget an attempt that was no success; one that was `done` all the same stays noted, or it is done twice.

        Returns:
            What to answer in its place: another process was first, and carried the same request out.

        Raises:
            ProblemError: that one's answer is on its way, or gone.
        """
        note = self._end(attempt)
        if not attempt.done:
            return self._look(attempt, note["name"], attempt.digest)
        if not done:
            with self._database.session() as session:
                session.execute(delete(KeptAnswer).where(*_mine(note)))
        return None

    def _end(self, attempt: Attempt) -> dict[str, Any]:
        note, attempt.note = attempt.note, {}  # what follows is not carried out by it
        self._ended(note["name"])
        return note

    def _ended(self, name: str) -> None:
        with self._lock:
            self._under_way.pop(name, None)

    def _open(self, sealed: bytes, owner: str) -> str:
        try:
            return self._sealer.open(sealed, owner)
        except ZhsqError as error:  # the key that protected it was removed
            raise _gone() from error


def notice(state: ORMExecuteState) -> None:
    """A statement that writes makes its transaction one that carries something out (`do_orm_execute`)."""
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[_WRITTEN] = True


def follow(session: Session, _context: object) -> None:
    """Note what was written, and what is gone (`after_flush`)."""
    attempt = _attempt.get()
    changed = [row for row in (*session.new, *session.dirty) if not isinstance(row, (AuditEntry, KeptAnswer))]
    if changed:
        session.info[_WRITTEN] = True
    if attempt is not None and attempt.begun:
        attempt.things.update(_identifiers(changed))
    if gone := _identifiers(row for row in session.deleted if not isinstance(row, KeptAnswer)):
        session.info.setdefault(_GONE, set()).update(gone)
        session.info[_WRITTEN] = True


def settle(session: Session, *, told: bool) -> None:
    """Note the attempt in the transaction that carries it out, and let answers go with what is gone (`before_commit`).

    Args:
        session: of the transaction.
        told: whether it is written to the audit, which makes it one that does something, too.

    Raises:
        ProblemError: another attempt was first.
    """
    gone: set[str] = session.info.pop(_GONE, set())
    written: bool = session.info.pop(_WRITTEN, False)
    if gone:
        forget(session, select(KeptAnswerThing.answer_id).where(KeptAnswerThing.thing_id.in_(gone)))
    attempt = _attempt.get()
    if attempt is None or not attempt.begun or not (written or told):
        return
    _note(session, attempt, attempt.note)
    # Here, not with the answer: an erasure between the two must find them.
    links = [{"answer_id": attempt.note["id"], "thing_id": thing} for thing in sorted(attempt.things - attempt.linked)]
    if links:
        session.execute(insert(KeptAnswerThing), links)
        attempt.linked |= attempt.things


def _note(session: Session, attempt: Attempt, note: dict[str, Any], answer: bytes | None = None) -> None:
    """Write down that an attempt is carried out, unless an earlier transaction of it has.

    Raises:
        ProblemError: another attempt was first.
    """
    if attempt.done and session.scalar(select(KeptAnswer.id).where(*_mine(note))) is not None:
        return
    if attempt.replaces:
        session.execute(delete(KeptAnswer).where(KeptAnswer.id == attempt.replaces))
    try:
        session.execute(insert(KeptAnswer), [{**note, "done_at": now(), "answer": answer}])
    except IntegrityError as error:
        raise _under_way() from error
    attempt.done = True


def _mine(note: dict[str, Any]) -> tuple[ColumnElement[bool], ...]:
    return KeptAnswer.id == note["id"], KeptAnswer.attempt == note["attempt"]


def forget(session: Session, answers: Select[Any]) -> None:
    """Let answers go, in the caller's transaction; that their requests were carried out stays known.

    Args:
        session: of the transaction.
        answers: selects their identifiers.
    """
    # Without an attempt, an answer that is just being made is not kept either.
    mine = update(KeptAnswer).where(KeptAnswer.id.in_(answers)).values(answer=None, attempt="")
    session.execute(mine.execution_options(synchronize_session=False))


def _identifiers(rows: Any) -> set[str]:
    found = (getattr(row, "id", None) for row in rows)
    return {identifier for identifier in found if isinstance(identifier, str) and len(identifier) <= 64}


def _under_way() -> ProblemError:
    return ProblemError("request-under-way", "The request with this key is being carried out. Ask again in a moment.")


def _gone() -> ProblemError:
    return ProblemError(
        "answer-gone", "It was carried out, and its answer is not kept any more. See the list of what there is."
    )
