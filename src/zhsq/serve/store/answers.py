"""Answers that are kept for requests which are sent again: begun, marked as done in the transaction that does it, kept
encrypted, and gone with what they tell of.

A process may be killed at any point. Before the mark, nothing was done, and another attempt takes over after `LEASE`;
the attempt that lost it can't commit any more. Behind the mark nothing is done again, whether or not the answer was kept.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session

from zhsq.errors import ZhsqError
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.store.tables import AuditEntry, KeptAnswer, KeptAnswerThing, new_id, now

#: How long an answer is kept, and after how long without one another attempt takes over.
KEPT, LEASE = timedelta(hours=24), timedelta(minutes=1)
_WRITTEN, _GONE = "answers written", "answers gone"


@dataclass(frozen=True)
class Answer:
    """What was answered: status, the headers that belong to it, the body as text."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Attempt:
    """A request that may carry out what its key stands for. `things` are identifiers that its answer tells of, `linked`
    those of them that are stored, `done` whether a transaction of it was marked."""

    answer_id: str = ""
    token: str = ""
    things: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    done: bool = False

    @property
    def begun(self) -> bool:
        return bool(self.token)


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

    def begin(self, attempt: Attempt, name: str, digest: str) -> Answer | None:
        """The answer to give again; None where the attempt has begun and the request is to be carried out.

        Args:
            attempt: of the request under way.
            name: of caller and key, 64 characters.
            digest: of the request.

        Raises:
            ProblemError: the key was used for another request, that request is under way, or its answer is gone.
        """
        try:
            with self._database.session() as session:
                return self._begin(session, attempt, name, digest)
        except IntegrityError as error:  # another process was first by a moment
            raise _under_way() from error

    def _begin(self, session: Session, attempt: Attempt, name: str, digest: str) -> Answer | None:
        found = session.scalar(select(KeptAnswer).where(KeptAnswer.name == name).with_for_update())
        at = now()
        if found is not None and found.started_at <= at - KEPT:
            session.delete(found)
            session.flush()
            found = None
        if found is None:
            made = KeptAnswer(id=new_id(), name=name, attempt=new_id(), started_at=at)
            made.request = self._sealer.seal(digest, made.id)
            session.add(made)
            session.flush()
            attempt.answer_id, attempt.token = made.id, made.attempt
            return None
        if not hmac.compare_digest(self._open(found.request, found.id), digest):
            raise ProblemError("idempotency-key-reused", "The key was used for another request. Take a new one.")
        if found.answer is not None:
            return Answer(**json.loads(self._open(found.answer, found.id)))
        if not found.attempt or (found.done_at is not None and found.started_at <= at - LEASE):
            raise _gone()
        if found.started_at > at - LEASE:
            raise _under_way()
        found.attempt, found.started_at = new_id(), at
        attempt.answer_id, attempt.token = found.id, found.attempt
        return None

    def keep(self, attempt: Attempt, answer: Answer) -> None:
        """Store what the attempt answered."""
        text = json.dumps(asdict(answer), ensure_ascii=False)
        with self._database.session() as session:
            mine = select(KeptAnswer).where(KeptAnswer.id == attempt.answer_id, KeptAnswer.attempt == attempt.token)
            found = session.scalar(mine.with_for_update())
            if found is not None:  # else what it tells of is gone already, or another attempt took over
                found.done_at = found.done_at or now()
                found.answer = self._sealer.seal(text, found.id)
        attempt.token = ""

    def drop(self, attempt: Attempt, *, done: bool) -> None:
        """Forget an attempt that was no success; one that was `done` all the same keeps its mark, or it is done twice."""
        mine = delete(KeptAnswer).where(KeptAnswer.id == attempt.answer_id, KeptAnswer.attempt == attempt.token)
        attempt.token = ""  # what follows is not carried out by it
        with self._database.session() as session:
            session.execute(mine if not done else mine.where(KeptAnswer.done_at.is_(None)))

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
    """Mark the attempt as done in the transaction that does it, and let answers go with what is gone (`before_commit`).

    Args:
        session: of the transaction.
        told: whether it is written to the audit, which makes it one that does something, too.

    Raises:
        ProblemError: another attempt has taken over.
    """
    gone: set[str] = session.info.pop(_GONE, set())
    written: bool = session.info.pop(_WRITTEN, False)
    if gone:
        forget(session, select(KeptAnswerThing.answer_id).where(KeptAnswerThing.thing_id.in_(gone)))
    attempt = _attempt.get()
    if attempt is None or not attempt.begun or not (written or told):
        return
    mine = update(KeptAnswer).where(KeptAnswer.id == attempt.answer_id, KeptAnswer.attempt == attempt.token)
    done = session.execute(mine.values(done_at=now()).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise _under_way()
    attempt.done = True
    # Here, not with the answer: an erasure between the two must find them.
    links = [{"answer_id": attempt.answer_id, "thing_id": thing} for thing in sorted(attempt.things - attempt.linked)]
    if links:
        session.execute(insert(KeptAnswerThing), links)
        attempt.linked |= attempt.things


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
