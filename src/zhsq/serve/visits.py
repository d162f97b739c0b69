"""One request, the versions of the models that it met (chosen once, kept to its end, counted at its end), and the memory that
its pictures take."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhsq.models.bundle import Task
from zhsq.runtime.follow import Arm
from zhsq.serve.problems import NUMBER
from zhsq.serve.room import Lot, OverloadedError, Room

#: A request's choice of a version sticks to the device that sent it, else to the request's number; never to a person.
DEVICE = "x-device-id"
#: Tells the caller which bundle answered.
ANSWERED_BY = "Zhsq-Model"
_visit: ContextVar[Visit | None] = ContextVar("zhsq_visit", default=None)


@dataclass
class Visit:
    """A request under way. `scores` are kept as counts in bins, and only while a version is on trial."""

    key: str
    arms: dict[Task, Arm[Any]] = field(default_factory=dict)
    scores: dict[Task, list[float]] = field(default_factory=dict)
    #: Tasks whose model ran in this process because Triton failed.
    fallen_back: set[Task] = field(default_factory=set)
    #: What its pictures take of `room`; None lets them take what they like.
    lot: Lot = field(default_factory=Lot)
    room: Room | None = None

    def end(self, *, failed: bool) -> None:
        """Give its room back, and count it on every version that it met. Where Triton failed, that version failed, whoever did
        its work."""
        if self.room is not None:
            self.room.leave(self.lot)
        for task, arm in self.arms.items():
            arm.add(failed=failed or task in self.fallen_back, scores=self.scores.get(task, ()))


def current() -> Visit | None:
    """The request that this thread works for; None outside of one."""
    return _visit.get()


def observe(task: Task, score: float) -> None:
    """Note a score, 0..1, that this request's model gave; 0 when it found nothing."""
    visit = _visit.get()
    if visit is not None:
        visit.scores.setdefault(task, []).append(score)


def fell_back(task: Task) -> None:
    """Note that this request's model ran in this process because Triton failed."""
    visit = _visit.get()
    if visit is not None:
        visit.fallen_back.add(task)


def make_room(pixels: int) -> None:
    """Wait until this request may decode so many pixels more.

    Raises:
        OverloadedError: others took all the room for too long.
    """
    visit = _visit.get()
    if visit is None or visit.room is None:
        return
    try:
        visit.room.take(visit.lot, pixels)
    except OverloadedError:
        visit.arms.clear()  # it says nothing of a version
        raise


class Visits:
    """ASGI middleware: opens a visit for each HTTP request, and counts it as failed when the answer is a 5xx. Inside of
    `Traffic`, which numbers requests.

    Args:
        app: what answers.
        room: for the pictures of all requests.
    """

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = Visit(Headers(scope=scope).get(DEVICE) or scope[NUMBER], room=self._room)
        failed = True  # until an answer has begun

        async def watched(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] >= 500
                if visit.arms:
                    served = ", ".join(
                        f"{task}={arm.deployment}{' in process' if task in visit.fallen_back else ''}"
                        for task, arm in visit.arms.items()
                    )
                    MutableHeaders(scope=message)[ANSWERED_BY] = served
            await send(message)

        token = _visit.set(visit)
        try:
            await self._app(scope, receive, watched)
        finally:
            _visit.reset(token)
            visit.end(failed=failed)
