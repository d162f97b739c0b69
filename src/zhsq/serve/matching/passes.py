"""Passes that are open: one vehicle going by, whose frames are read one after the other."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.plate.voting import Ballot, Vote
from zhsq.runtime.follow import Arm
from zhsq.serve.problems import ProblemError

#: Passes that may be open at once, in all and of one caller; frames of a pass; seconds without a frame until it is gone.
OPEN, OPEN_OF_ONE = 256, 32
FRAMES = 60
SECONDS = 30.0


@dataclass
class Pass:
    """An open pass. It holds the vote's tables, never an image; hold `lock` while using `vote`.

    `arm` is the version that reads every frame of it: tables of two models can't be voted on together.
    """

    id: str
    actor: str
    estate: str | None
    vote: Vote
    expires: float
    arm: Arm[PlatePipeline] | None = None
    gate: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Passes:
    """The open passes of this process, in memory only; safe for threads.

    A pass lives where it was opened: with several replicas, send its frames to one of them (by the pass's id), or send
    all frames in one call.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Pass] = {}

    def __len__(self) -> int:
        """How many are open."""
        with self._lock:
            self._expire()
            return len(self._open)

    def open(
        self, actor: str, estate: str | None, vote: Vote, arm: Arm[PlatePipeline] | None = None, gate: str = ""
    ) -> Pass:
        """Open one at a gate, whose frames are read by the version `arm` and counted by `vote`.

        Raises:
            ProblemError: too many are open; some close or expire soon.
        """
        with self._lock:
            self._expire()
            own = sum(item.actor == actor for item in self._open.values())
            if len(self._open) >= OPEN or own >= OPEN_OF_ONE:
                raise ProblemError(
                    "runtime-unavailable",
                    "Too many passes are open; close one, or wait {seconds:.0f} s.",
                    seconds=SECONDS,
                )
            made = Pass(secrets.token_urlsafe(16), actor, estate, vote, self._clock() + SECONDS, arm, gate)
            self._open[made.id] = made
            return made

    def get(self, pass_id: str, actor: str) -> Pass:
        """The caller's open pass, kept for another 30 s.

        Raises:
            ProblemError: there is none of this id that the caller opened, or it has expired.
        """
        with self._lock:
            self._expire()
            return self._renewed(pass_id, actor)

    def close(self, pass_id: str, actor: str) -> tuple[Pass, Ballot]:
        """Close the caller's pass, forget it, and say what it came to.

        Raises:
            ProblemError: as `get`.
        """
        with self._lock:
            self._expire()
            closed = self._renewed(pass_id, actor)
            del self._open[pass_id]
        with closed.lock:
            return closed, closed.vote.close()

    def _renewed(self, pass_id: str, actor: str) -> Pass:
        found = self._open.get(pass_id)
        if found is None or found.actor != actor:
            raise ProblemError(
                "not-found",
                "There is no open pass {pass_id!r}; passes end {seconds:.0f} s after use.",
                pass_id=pass_id,
                seconds=SECONDS,
            )
        found.expires = self._clock() + SECONDS
        return found

    def _expire(self) -> None:
        present = self._clock()
        for gone in [item.id for item in self._open.values() if item.expires <= present]:
            del self._open[gone]
