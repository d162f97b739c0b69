"""Plates from several frames of one pass: a provisional read after each, then the final one. No frame is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, Field

from zhsq.models.plate.types import PlateRead
from zhsq.models.plate.voting import Vote
from zhsq.serve.api.bodies import Encoded, Picture, Pictures, sent, sent_as
from zhsq.serve.api.deps import ServicesDep, may_see
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.plate_answers import (
    BallotResult,
    Desk,
    DeskDep,
    Gate,
    Kind,
    Reading,
    Seen,
    accept_of,
    ballot_result,
    record_ballot,
    see,
)
from zhsq.serve.api.routing import Router
from zhsq.serve.matching.passes import FRAMES, SECONDS, Pass
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services

router = Router()
#: Frames that one call may hold.
AT_ONCE = 20


class PassOpen(BaseModel):
    estate: str | None = Field(
        default=None, description="match against the vehicles of this estate, too", examples=["east"]
    )
    gate: Gate = ""


class PassReadRequest(PassOpen):
    images: Pictures = Field(min_length=1, max_length=AT_ONCE, description=f"frames in order, 1 to {AT_ONCE}")
    kind: Kind = "auto"


class FrameRequest(BaseModel):
    image: Picture
    kind: Kind = "auto"


class PassPublic(BaseModel):
    id: str = Field(examples=["kT3vQ0m2x9"])
    estate: str | None = Field(examples=["east"])
    expires_in_s: float = Field(description="after the last frame", examples=[SECONDS])
    frames: int = Field(description="that it takes at most", examples=[FRAMES])


class PassResult(BaseModel):
    provisional: list[BallotResult] = Field(description="after each frame, until one is final")
    final: BallotResult


@router.post("/plates/passes/read", responses=may_raise("not-found"), openapi_extra=sent_as(PassReadRequest))
def read_pass(
    who: Reading,
    asked: Annotated[PassReadRequest, Depends(sent(PassReadRequest, several=True))],
    shared: ServicesDep,
    kept: DeskDep,
) -> PassResult:
    """Read all frames of a pass in one call. Frames behind the one that made it sure are not looked at."""
    vote = _vote(shared, kept, who, asked.estate)
    ballots = []
    for image in asked.images:
        ballots.append(vote.add(_frame(shared, image, asked.kind)))
        if ballots[-1].state == "final":
            break
    final = vote.close()
    with shared.database.session() as session:
        results = [
            ballot_result(shared, kept, session, asked.estate, ballot, asked.gate) for ballot in (*ballots, final)
        ]
        record_ballot(session, who, asked.estate, results[-1])
    return PassResult(provisional=[r for r in results[:-1] if r.state == "provisional"], final=results[-1])


@router.post(
    "/plates/passes", status_code=201, dependencies=[ONCE], responses=may_raise("not-found", "runtime-unavailable")
)
def open_pass(body: PassOpen, who: Reading, shared: ServicesDep, kept: DeskDep) -> PassPublic:
    """Open a pass, then send its frames as they come. It ends when closed, or by itself some time after the last."""
    vote = _vote(shared, kept, who, body.estate)
    made = kept.passes.open(who.actor, body.estate, vote, shared.plates.arm, body.gate)
    return PassPublic(id=made.id, estate=made.estate, expires_in_s=SECONDS, frames=FRAMES)


@router.post("/plates/passes/{pass_id}/frames", responses=may_raise("conflict"), openapi_extra=sent_as(FrameRequest))
def add_frame(
    pass_id: str,
    who: Reading,
    asked: Annotated[FrameRequest, Depends(sent(FrameRequest))],
    shared: ServicesDep,
    kept: DeskDep,
) -> BallotResult:
    """Read one more frame. Once it is sure the answer is final, and later frames don't change it."""
    found = kept.passes.get(pass_id, who.actor)
    _same_version(shared, found)
    final = found.vote.ballot.state == "final"
    read = (
        None if final else _frame(shared, asked.image, asked.kind)
    )  # outside the lock: frames may be read side by side
    with found.lock:
        if found.vote.ballot.frames >= FRAMES:
            raise ProblemError("conflict", "A pass takes {frames} frames; close it.", frames=FRAMES)
        ballot = found.vote.ballot if found.vote.ballot.state == "final" else found.vote.add(read)
    with shared.database.session() as session:
        result = ballot_result(shared, kept, session, found.estate, ballot, found.gate)
        record_ballot(session, who, found.estate, result)
    return result


@router.post("/plates/passes/{pass_id}/close")
def close_pass(pass_id: str, who: Reading, shared: ServicesDep, kept: DeskDep) -> BallotResult:
    """The final read, sure or not. The pass is forgotten."""
    closed, ballot = kept.passes.close(pass_id, who.actor)
    _same_version(shared, closed)
    with shared.database.session() as session:
        result = ballot_result(shared, kept, session, closed.estate, ballot, closed.gate)
        record_ballot(session, who, closed.estate, result)
    return result


def _vote(shared: Services, kept: Desk, who: Caller, estate: str | None) -> Vote:
    """A pass's vote; at an estate that the caller may see, one that expects the provinces of its vehicles."""
    if estate is None:
        return Vote(accept_of(shared))
    may_see(who, estate)
    with shared.database.reading() as session:
        shared.estate(session, estate)
        return Vote(accept_of(shared), provinces=kept.registers.provinces(session, estate))


def _frame(shared: Services, image: Encoded, kind: str) -> PlateRead | None:
    """What a frame says; None when it shows no plate, which one frame of a pass may do."""
    [seen] = see(shared, [image.photo()], kind)
    return seen.read if isinstance(seen, Seen) else None


def _same_version(shared: Services, found: Pass) -> None:
    if found.arm is not None:
        shared.plates.pin(found.arm)
