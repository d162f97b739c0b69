"""What the plate routes answer, and the steps that they share: see, decide, record."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import Depends, Form, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from zhsq.errors import NoPlateError
from zhsq.imaging import RGBImage
from zhsq.models.plate.matching import MESSAGES, Decision, PlateMatch
from zhsq.models.plate.types import PlateRead
from zhsq.models.plate.voting import Ballot
from zhsq.serve.api.deps import require
from zhsq.serve.matching.passes import Passes
from zhsq.serve.matching.plates import Registers
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.visits import observe

Reading = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
Kind = Annotated[Literal["auto", "crop", "photo"], Form(description="auto: a crop when at least twice as wide as high")]
_making = Lock()


@dataclass(frozen=True)
class Desk:
    """What the plate routes keep between requests."""

    registers: Registers = field(default_factory=Registers)
    passes: Passes = field(default_factory=Passes)


def desk(request: Request) -> Desk:
    """The app's desk, made at its first use."""
    state = request.app.state
    with _making:
        if not hasattr(state, "plate_desk"):
            state.plate_desk = Desk()
        found: Desk = state.plate_desk
        return found


DeskDep = Annotated[Desk, Depends(desk)]


class ReadResult(BaseModel):
    text: str = Field(examples=["皖A12345"])
    confidence: float = Field(description="of the weakest character, 0..1", examples=[0.97])
    accepted: bool = Field(description="whether the weakest character reaches the bundle's threshold", examples=[True])
    plate_class: str = Field(examples=["blue"])
    colour: str = Field(examples=["blue"])
    characters: list[dict[str, Any]] = Field(
        examples=[[{"symbol": "皖", "confidence": 0.99, "alternatives": [["皖", 0.99], ["晥", 0.004]]}]]
    )
    warnings: list[str] = Field(examples=[[]])
    box: list[float] | None = Field(description="in the photo, pixels; null for a crop", examples=[None])
    corners: list[list[float]] | None = Field(examples=[None])


class WeakestResult(BaseModel):
    place: int = Field(description="1..8", examples=[4])
    symbol: str = Field(description="of the registered plate; empty behind its end", examples=["2"])
    read: str = Field(description="what was read there; empty when nothing was", examples=["2"])
    probability: float = Field(description="of the registered plate's symbol there, 0..1", examples=[0.97])


class CandidateResult(BaseModel):
    plate: str = Field(examples=["皖A12345"])
    likelihood: float = Field(
        description="probability of this plate among all plates of the grammar, 0..1", examples=[0.93]
    )
    weakest: WeakestResult = Field(description="the character that the picture supports least")


class Outcome(BaseModel):
    decision: Decision = Field(description="a gate opens on 'match' only; 'ambiguous' goes to a person")
    plate: str | None = Field(examples=["皖A12345"])
    candidates: list[CandidateResult] = Field(description="registered plates that fit, likeliest first, at most 5")
    reason: str = Field(examples=["match"])
    message: dict[str, str] = Field(
        description="the reason for a person, 'en' and 'zh'",
        examples=[{"en": "The vehicle is registered.", "zh": "车辆已登记。"}],
    )


class MatchResult(Outcome):
    read: ReadResult


class BallotResult(BaseModel):
    state: Literal["provisional", "final"]
    frames: int = Field(description="that were read, those without a plate included", examples=[3])
    agreement: float = Field(description="share of the frames' weight that shows the plate read, 0..1", examples=[1.0])
    sure: bool = Field(
        description="a plate, every place above the bundle's threshold, and frames agree", examples=[True]
    )
    read: ReadResult | None = Field(description="null while no frame showed a plate")
    match: Outcome | None = Field(description="null without an estate, or while there is no read")


@dataclass(frozen=True)
class Seen:
    """A read, and where it is in a photo; no place for a crop."""

    read: PlateRead
    box: list[float] | None = None
    corners: list[list[float]] | None = None


def see(shared: Services, image: RGBImage, kind: str) -> Seen:
    """Read a crop, or the best plate of a photo; a read without text when a crop shows none.

    Raises:
        NoPlateError: a photo without a plate.
    """
    height, width = image.shape[:2]
    if kind == "crop" or (kind == "auto" and width >= 2 * height):
        read = shared.plate.read_crop(image)
        observe("plate", read.confidence)
        return Seen(read)
    try:
        sighting = shared.plate.best(image)
    except NoPlateError:
        observe("plate", 0.0)
        raise
    observe("plate", sighting.read.confidence)
    return Seen(sighting.read, sighting.box.tolist(), sighting.corners.tolist())


def accept_of(shared: Services) -> float:
    """What the weakest character must reach."""
    return shared.plate.bundle.threshold("accept").value


def decide(shared: Services, kept: Desk, session: Session, estate: str, read: PlateRead) -> PlateMatch:
    """Match against the estate's vehicles, in a session in which nothing was written yet."""
    return kept.registers.match(
        session,
        estate,
        read,
        bundle=shared.plate.bundle,
        accept=accept_of(shared),
        margin=shared.settings.plate_margin,
    )


def record_match(session: Session, who: Caller, estate: str, found: PlateMatch | Outcome) -> None:
    """To the audit: of a read that is no registered vehicle, no plate."""
    record(session, who.actor, "plates.match", f"{estate}/{found.plate or '-'}", found.decision)


def record_ballot(session: Session, who: Caller, estate: str | None, result: BallotResult) -> None:
    """To the audit, as a read and, with an estate, as a match."""
    if result.read is not None:
        record(session, who.actor, "plates.read", result.read.text, f"{result.read.confidence:.3f}")
    if result.match is not None and estate is not None:
        record_match(session, who, estate, result.match)


def read_result(shared: Services, seen: Seen) -> ReadResult:
    """A read as it is answered."""
    read = seen.read
    return ReadResult(
        text=read.text,
        confidence=read.confidence,
        accepted=read.confidence >= accept_of(shared),
        plate_class=str(read.plate_class),
        colour=str(read.colour),
        characters=[
            {"symbol": c.symbol, "confidence": c.confidence, "alternatives": c.alternatives} for c in read.characters
        ],
        warnings=list(read.warnings),
        box=seen.box,
        corners=seen.corners,
    )


def outcome(found: PlateMatch) -> dict[str, Any]:
    """Fields of `Outcome`."""
    english, chinese = MESSAGES[found.reason]
    return {
        "decision": found.decision,
        "plate": found.plate,
        "candidates": [CandidateResult.model_validate(asdict(candidate)) for candidate in found.candidates[:5]],
        "reason": found.reason,
        "message": {"en": english, "zh": chinese},
    }


def ballot_result(shared: Services, kept: Desk, session: Session, estate: str | None, ballot: Ballot) -> BallotResult:
    """A vote's outcome so far, matched when there is an estate. Frames that disagree never match."""
    found = None
    if ballot.read is not None and estate is not None:
        found = decide(shared, kept, session, estate, ballot.read)
        if found.decision == "match" and not ballot.sure:
            found = replace(found, decision="ambiguous", plate=None, reason="frames-disagree")
    return BallotResult(
        state=ballot.state,
        frames=ballot.frames,
        agreement=ballot.agreement,
        sure=ballot.sure,
        read=read_result(shared, Seen(ballot.read)) if ballot.read else None,
        match=Outcome(**outcome(found)) if found else None,
    )
