"""Plates from several frames of one pass: a provisional read after each, then the final one. No frame is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, Field

from zhsq.errors import NoPlateError
from zhsq.models.plate.types import PlateRead
from zhsq.models.plate.voting import Vote
from zhsq.serve.api.deps import ImageFile, ServicesDep, may_see, read_image
from zhsq.serve.api.once import ONCE
from zhsq.serve.api.plate_answers import (
    BallotResult,
    DeskDep,
    Kind,
    Reading,
    accept_of,
    ballot_result,
    record_ballot,
    see,
)
from zhsq.serve.matching.passes import FRAMES, SECONDS, Pass
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services

router = APIRouter()
#: Frames that one call may hold.
AT_ONCE = 20


class PassOpen(BaseModel):
    estate: str | None = Field(
        default=None, description="match against the vehicles of this estate, too", examples=["east"]
    )


class PassPublic(BaseModel):
    id: str = Field(examples=["kT3vQ0m2x9"])
    estate: str | None = Field(examples=["east"])
    expires_in_s: float = Field(description="after the last frame", examples=[SECONDS])
    frames: int = Field(description="that it takes at most", examples=[FRAMES])


class PassResult(BaseModel):
    provisional: list[BallotResult] = Field(description="after each frame, until one is final")
    final: BallotResult


@router.post("/plates/passes/read", responses=may_raise("not-found"))
def read_pass(
    images: Annotated[list[UploadFile], File(description=f"frames in order, 1 to {AT_ONCE}")],
    who: Reading,
    shared: ServicesDep,
    kept: DeskDep,
    estate: Annotated[str | None, Form()] = None,
    kind: Kind = "auto",
) -> PassResult:
    """Read all frames of a pass in one call. Frames behind the one that made it sure are not looked at."""
    if len(images) > AT_ONCE:
        raise ProblemError(
            "invalid-request",
            "{count} frames were sent; {most} are taken at most.",
            count=len(images),
            most=AT_ONCE,
        )
    _check_estate(shared, who, estate)
    vote = Vote(accept_of(shared))
    ballots = []
    for image in images:
        ballots.append(vote.add(_frame(shared, image, kind)))
        if ballots[-1].state == "final":
            break
    final = vote.close()
    with shared.database.session() as session:
        results = [ballot_result(shared, kept, session, estate, ballot) for ballot in (*ballots, final)]
        record_ballot(session, who, estate, results[-1])
    return PassResult(provisional=[r for r in results[:-1] if r.state == "provisional"], final=results[-1])


@router.post(
    "/plates/passes", status_code=201, dependencies=[ONCE], responses=may_raise("not-found", "runtime-unavailable")
)
def open_pass(body: PassOpen, who: Reading, shared: ServicesDep, kept: DeskDep) -> PassPublic:
    """Open a pass, then send its frames as they come. It ends when closed, or by itself some time after the last."""
    _check_estate(shared, who, body.estate)
    made = kept.passes.open(who.actor, body.estate, accept_of(shared), shared.plates.arm)
    return PassPublic(id=made.id, estate=made.estate, expires_in_s=SECONDS, frames=FRAMES)


@router.post("/plates/passes/{pass_id}/frames", responses=may_raise("conflict"))
def add_frame(
    pass_id: str, image: ImageFile, who: Reading, shared: ServicesDep, kept: DeskDep, kind: Kind = "auto"
) -> BallotResult:
    """Read one more frame. Once it is sure the answer is final, and later frames don't change it."""
    found = kept.passes.get(pass_id, who.actor)
    _same_version(shared, found)
    final = found.vote.ballot.state == "final"
    read = None if final else _frame(shared, image, kind)  # outside the lock: frames may be read side by side
    with found.lock:
        if found.vote.ballot.frames >= FRAMES:
            raise ProblemError("conflict", "A pass takes {frames} frames; close it.", frames=FRAMES)
        ballot = found.vote.ballot if found.vote.ballot.state == "final" else found.vote.add(read)
    with shared.database.session() as session:
        result = ballot_result(shared, kept, session, found.estate, ballot)
        record_ballot(session, who, found.estate, result)
    return result


@router.post("/plates/passes/{pass_id}/close")
def close_pass(pass_id: str, who: Reading, shared: ServicesDep, kept: DeskDep) -> BallotResult:
    """The final read, sure or not. The pass is forgotten."""
    closed, ballot = kept.passes.close(pass_id, who.actor)
    _same_version(shared, closed)
    with shared.database.session() as session:
        result = ballot_result(shared, kept, session, closed.estate, ballot)
        record_ballot(session, who, closed.estate, result)
    return result


def _check_estate(shared: Services, who: Caller, estate: str | None) -> None:
    if estate is not None:
        may_see(who, estate)
        with shared.database.session() as session:
            shared.estate(session, estate)


def _frame(shared: Services, image: UploadFile, kind: str) -> PlateRead | None:
    """What a frame says; None when it shows no plate, which one frame of a pass may do."""
    try:
        return see(shared, read_image(shared, image), kind).read
    except NoPlateError:
        return None


def _same_version(shared: Services, found: Pass) -> None:
    if found.arm is not None:
        shared.plates.pin(found.arm)
