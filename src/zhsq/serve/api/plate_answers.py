"""What the plate routes answer, and the steps that they share: see, decide, record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from zhsq.errors import NoPlateError, ZhsqError
from zhsq.models.plate.grammar import normalise
from zhsq.models.plate.matching import MESSAGES, Decision, PlateMatch
from zhsq.models.plate.pipeline import none_found
from zhsq.models.plate.types import PlateRead
from zhsq.models.plate.voting import Ballot
from zhsq.serve.api.deps import require
from zhsq.serve.matching import permits
from zhsq.serve.matching.passes import Passes
from zhsq.serve.matching.permits import Pass, PermitState, look_up
from zhsq.serve.matching.plates import Registers
from zhsq.serve.photos import Photo
from zhsq.serve.security.audit import record
from zhsq.serve.security.keys import Caller
from zhsq.serve.services import Services
from zhsq.serve.store.tables import now
from zhsq.serve.times import Utc
from zhsq.serve.visits import observe

Reading = Annotated[Caller, Depends(require("guard", "property", "operator", "platform"))]
Kind = Annotated[
    Literal["auto", "crop", "photo"], Field(description="auto: a crop when at least twice as wide as high")
]
Gate = Annotated[
    str,
    Field(
        max_length=100, description="name of the gate or its zone; permits may be for some", examples=["east-gate-1"]
    ),
]


@dataclass(frozen=True)
class Desk:
    """What the plate routes keep between requests."""

    registers: Registers = field(default_factory=Registers)
    passes: Passes = field(default_factory=Passes)


async def desk(request: Request) -> Desk:
    """The app's desk, made at its first use; a coroutine, so that there is one such use at a time."""
    state = request.app.state
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


class PermitResult(BaseModel):
    state: PermitState
    kind: str | None = Field(description="of the permit that decided", examples=["resident"])
    valid_until: Utc | None
    message: dict[str, str] = Field(
        description="the state for a person, 'en' and 'zh'", examples=[{"en": "It may pass.", "zh": "许可有效。"}]
    )


class Outcome(BaseModel):
    decision: Decision = Field(description="a gate opens on 'match' only; 'ambiguous' goes to a person")
    plate: str | None = Field(examples=["皖A12345"])
    candidates: list[CandidateResult] = Field(description="registered plates that fit, likeliest first, at most 5")
    reason: str = Field(examples=["registered"])
    message: dict[str, str] = Field(
        description="the reason for a person, 'en' and 'zh'",
        examples=[{"en": "The plate is registered.", "zh": "车牌已登记。"}],
    )
    permit: PermitResult | None = Field(
        description="of a match: where an estate keeps permits, a gate opens on 'valid' only"
    )


class MatchResult(Outcome):
    read: ReadResult = Field(
        description="given which provinces the estate's registered vehicles are of; plates/read says what is seen alone"
    )


class BallotResult(BaseModel):
    state: Literal["provisional", "final"]
    frames: int = Field(description="that were read, those without a plate included", examples=[3])
    agreement: float = Field(description="share of the frames' weight that shows the plate read, 0..1", examples=[1.0])
    sure: bool = Field(
        description="a plate, every place above the bundle's threshold, and frames agree", examples=[True]
    )
    read: ReadResult | None = Field(
        description="null while no frame showed a plate; with an estate, given the provinces of its vehicles"
    )
    match: Outcome | None = Field(description="null without an estate, or while there is no read")


@dataclass(frozen=True)
class Seen:
    """A read, and where it is in a photo; no place for a crop."""

    read: PlateRead
    box: list[float] | None = None
    corners: list[list[float]] | None = None


def see(shared: Services, photos: Sequence[Photo], kind: str) -> list[Seen | ZhsqError]:
    """Read crops, or the best plate of each photo; a read without text where a crop shows none. Worked on together.

    A photo without a plate comes back as NoPlateError.
    """
    as_crop = [kind == "crop" or (kind == "auto" and p.pixels.shape[1] >= 2 * p.pixels.shape[0]) for p in photos]
    crops = [photo.pixels for photo, crop in zip(photos, as_crop, strict=True) if crop]
    whole = [photo.pixels for photo, crop in zip(photos, as_crop, strict=True) if not crop]
    reads = iter(shared.plate.read_crops(crops) if crops else ())
    sightings = iter(shared.plate.read_photos(whole) if whole else ())
    found: list[Seen | ZhsqError] = []
    for crop in as_crop:
        if crop:
            found.append(Seen(next(reads)))
        elif plates := next(sightings):
            found.append(Seen(plates[0].read, plates[0].box.tolist(), plates[0].corners.tolist()))
        else:
            found.append(none_found())
    for seen in found:
        observe("plate", seen.read.confidence if isinstance(seen, Seen) else 0.0)
    return found


def legible(seen: Seen | ZhsqError) -> Seen | ZhsqError:
    """What was seen, if something was read in it."""
    if isinstance(seen, Seen) and not seen.read.text:
        return NoPlateError("No plate was read.", "Send a sharper or larger picture of the plate.")
    return seen


def accept_of(shared: Services) -> float:
    """What the weakest character must reach."""
    return shared.plate.bundle.threshold("accept").value


def decide(shared: Services, kept: Desk, session: Session, estate: str, read: PlateRead) -> PlateMatch:
    """Match a read `at_home` against the estate's vehicles, in a session in which nothing was written yet."""
    return kept.registers.match(
        session,
        estate,
        read,
        bundle=shared.plate.bundle,
        accept=accept_of(shared),
        margin=shared.settings.plate_margin,
    )


def at_home(kept: Desk, session: Session, estate: str, seen: Sequence[Seen]) -> list[Seen]:
    """What was seen, given which provinces the estate's vehicles are of; in a session in which nothing was written."""
    provinces = kept.registers.provinces(session, estate)
    return [replace(one, read=provinces.apply(one.read)) for one in seen]


def answer(shared: Services, session: Session, estate: str, found: PlateMatch, gate: str) -> Outcome:
    """A decision as it is answered: of a match with what the vehicle is permitted now."""
    english, chinese = MESSAGES[found.reason]
    return Outcome(
        decision=found.decision,
        plate=found.plate,
        candidates=[CandidateResult.model_validate(asdict(candidate)) for candidate in found.candidates[:5]],
        reason=found.reason,
        message={"en": english, "zh": chinese},
        permit=_permit(shared, session, estate, found.plate, gate) if found.plate else None,
    )


def record_match(session: Session, who: Caller, estate: str, found: Outcome) -> None:
    """To the audit: of a read that is no registered vehicle, no plate."""
    outcome = f"{found.decision}, permit {found.permit.state}" if found.permit else found.decision
    record(session, who.actor, "plates.match", f"{estate}/{found.plate or '-'}", outcome)


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


def ballot_result(
    shared: Services, kept: Desk, session: Session, estate: str | None, ballot: Ballot, gate: str = ""
) -> BallotResult:
    """A vote's outcome so far, matched when there is an estate. Frames that disagree never match."""
    told = None
    if ballot.read is not None and estate is not None:
        found = decide(shared, kept, session, estate, ballot.read)
        if found.decision == "match" and not ballot.sure:
            found = replace(found, decision="ambiguous", plate=None, reason="frames-disagree")
        told = answer(shared, session, estate, found, gate)
    return BallotResult(
        state=ballot.state,
        frames=ballot.frames,
        agreement=ballot.agreement,
        sure=ballot.sure,
        read=read_result(shared, Seen(ballot.read)) if ballot.read else None,
        match=told,
    )


def _permit(shared: Services, session: Session, estate: str, plate: str, gate: str) -> PermitResult | None:
    places = frozenset({gate} if gate else ())
    [found] = look_up(session, [Pass(estate, normalise(plate), now(), places)], shared.intake.rules.rules.offset_s)
    if found is None:  # removed between the two looks
        return None
    english, chinese = permits.MESSAGES[found.state]
    return PermitResult(
        state=found.state,
        kind=found.permit.kind if found.permit else None,
        valid_until=found.permit.valid_until if found.permit else None,
        message={"en": english, "zh": chinese},
    )
