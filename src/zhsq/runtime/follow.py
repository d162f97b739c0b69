"""Follow a pointer without a restart: open what it names, send each call to an arm, count, and end a bad trial.

Several processes may follow one pointer. Each sees a change within `EVERY` seconds, opens what is new while the old
goes on serving, and then switches between two calls. A trial's counts are summed over all processes; whichever first
finds a limit crossed ends the trial for all of them.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from zhsq.models.bundle import Bundle
from zhsq.runtime.canary import Counts, Tally, judge, sum_counts, write_counts
from zhsq.runtime.moves import conclude
from zhsq.runtime.pointer import Canary, Deployment, Move, Pointer, State, counts_of, own, read, stamp, who
from zhsq.runtime.shelf import open_bundle

T = TypeVar("T")
log = logging.getLogger(__name__)
#: Seconds between two looks at the pointer file, and between two attempts to open what could not be opened.
EVERY, AGAIN = 0.1, 1.0


@dataclass(frozen=True)
class Arm(Generic[T]):
    """One version, opened: what calls are made with, and the count of those made while a trial runs."""

    deployment: Deployment
    model: T
    on_trial: bool = False
    tally: Tally = field(default_factory=Tally)

    def add(self, *, failed: bool, scores: Iterable[float] = ()) -> None:
        """Count one call; see `zhsq.runtime.canary.Tally.add`."""
        self.tally.add(failed=failed, scores=scores)


@dataclass(frozen=True)
class _Table(Generic[T]):
    """What calls are sent by. It is replaced whole."""

    current: Arm[T]
    trial: Arm[T] | None = None
    canary: Canary | None = None

    def choose(self, key: str) -> Arm[T]:
        if self.trial is None or self.canary is None:
            return self.current
        # By the trial's id as well, so that it is not the same devices each time.
        digest = hashlib.sha256(f"{self.canary.id}:{key}".encode()).digest()
        return self.trial if int.from_bytes(digest[:8]) < self.canary.share * 2**64 else self.current


class Follower(Generic[T]):
    """Serves what a pointer names, and goes with it.

    Args:
        repository: the Triton repository's folder, in which the pointer lies.
        find: the pointer's name in a state, None while there is none to follow.
        opened: makes what calls are made with from a verified bundle; it must fail, rather than the first call, when
            the bundle can't be served.
        told: called after this process ended a trial, with the pointer's name and the move.

    Raises:
        ZhsqError: what the pointer names can't be opened, or the pointer is damaged. Later, such a thing is logged and
            shown as `problem`, and what was served goes on being served.
    """

    def __init__(
        self,
        repository: Path,
        find: Callable[[State], str | None],
        opened: Callable[[Bundle], T],
        told: Callable[[str, Move], None] | None = None,
    ) -> None:
        self._repository = repository
        self._find = find
        self._opened = opened
        self._told = told
        self._process = uuid.uuid4().hex
        self._models: dict[str, T] = {}
        self._table: _Table[T] | None = None
        self._seen: tuple[int, int, int] | None = None
        self._retry = 0.0
        self._shared: tuple[Counts, Counts] | None = None
        self.name: str | None = None
        self.pointer: Pointer | None = None
        self.problem = ""
        self._stop = threading.Event()
        self._seen = stamp(repository)
        self._read()
        self._thread = threading.Thread(target=self._follow, name="zhsq-follow", daemon=True)
        self._thread.start()

    def choose(self, key: str) -> Arm[T] | None:
        """The arm for a call; None while the pointer names nothing.

        Args:
            key: what the choice sticks to, such as a device or a request. Never a person.
        """
        table = self._table
        return table.choose(key) if table else None

    def comparable(self, embedding: str) -> frozenset[str]:
        """The sha256 of every deployment of this pointer with the same embedders: their templates can be compared."""
        known = self.pointer.known().values() if self.pointer else ()
        return frozenset(item.sha256 for item in known if embedding and item.embedding == embedding)

    def close(self) -> None:
        """Stop following."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _follow(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                found = stamp(self._repository)
                if found != self._seen or (self.problem and time.monotonic() > self._retry):
                    self._retry = time.monotonic() + AGAIN
                    self._read()
                    self._seen, self.problem = found, ""
                self._judge()
            except Exception as error:  # whatever it is, what is served goes on being served
                if str(error) != self.problem:
                    log.error("The pointer in %s can't be followed: %s", self._repository, error)
                self.problem = str(error)

    def _read(self) -> None:
        state = read(self._repository)
        name = self._find(state)
        if name is None:
            self.name = self.pointer = self._table = None
            return
        pointer = state.pointer(name)
        before, canary = self._table, pointer.canary
        current = Arm(pointer.current, self._model(pointer.current))
        if canary is None:
            table = _Table(current)
        elif before is not None and before.canary is not None and before.canary.id == canary.id:
            table = before
        else:
            table = _Table(current, Arm(canary.deployment, self._model(canary.deployment), on_trial=True), canary)
        if self._table is None or table.current.deployment != self._table.current.deployment or canary:
            log.info("In use: %s%s", pointer.current, f", on trial: {canary.deployment}" if canary else "")
        self.name, self.pointer, self._table = name, pointer, table
        kept = {item.sha256 for item in pointer.wanted()}
        self._models = {sha256: model for sha256, model in self._models.items() if sha256 in kept}

    def _model(self, deployment: Deployment) -> T:
        if deployment.sha256 not in self._models:
            self._models[deployment.sha256] = self._opened(open_bundle(self._repository, deployment))
        return self._models[deployment.sha256]

    def _judge(self) -> None:
        table, name = self._table, self.name
        if table is None or table.trial is None or table.canary is None or name is None:
            return
        canary = table.canary
        counts = (table.current.tally.counts, table.trial.tally.counts)
        if counts != self._shared:
            write_counts(own(self._repository, f"trial-{canary.id}-{self._process}.json"), *counts)
            self._shared = counts
        verdict = judge(*sum_counts(counts_of(self._repository, canary)), canary.limits)
        if verdict.outcome == "wait" or (verdict.outcome == "clean" and not canary.auto_promote):
            return
        move = Move(
            action="promote" if verdict.outcome == "clean" else "rollback",
            deployment=canary.deployment,
            by=f"zhsq serve ({who()})",
            reason=verdict.reason,
            evidence=verdict.evidence,
        )
        if conclude(self._repository, name, canary.id, move):
            log.warning("The trial of %s ended, %s: %s", canary.deployment, move.action, move.reason)
            if self._told is not None:
                self._told(name, move)
