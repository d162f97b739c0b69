"""What a resident does with a code: read what it is about, try a photo, enrol, see the own record, withdraw."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BaseModel, Field

from zhsq.serve.api.bodies import Picture, sent, sent_as
from zhsq.serve.api.consents import Withdrawal
from zhsq.serve.api.deps import ServicesDep
from zhsq.serve.api.once import ONCE_BY_CODE
from zhsq.serve.api.routing import Router
from zhsq.serve.privacy import consents
from zhsq.serve.privacy.enrolling import Person, enrol, photograph
from zhsq.serve.privacy.invitations import Holder, State, holder, use
from zhsq.serve.privacy.own_record import own_record
from zhsq.serve.privacy.wording import LANGUAGES, Language, statement
from zhsq.serve.problems import ProblemError, may_raise
from zhsq.serve.security.audit import record
from zhsq.serve.services import Services
from zhsq.serve.store.scope import EVERY, grant
from zhsq.serve.store.tables import Estate, Invitation, now
from zhsq.serve.times import Utc

router = Router(prefix="/resident", tags=["resident"])


def by_code(
    request: Request,
    shared: ServicesDep,
    code: Annotated[
        str, Header(alias="X-Resident-Code", description="from the invitation, or from the enrolment")
    ] = "",
) -> Holder:
    """Who holds the code; from here on the request sees their estate. Guessing is limited as it is with keys."""
    address = request.client.host if request.client else "-"
    shared.limits.check(address)
    with shared.database.session(EVERY) as session:  # whose code it is, and so what may be seen, is not known before
        found = holder(session, code) if code else None
    if found is None:
        if shared.limits.failed(address):
            shared.database.note(f"address:{address}", "auth.wait", "", "refused: too many wrong codes")
        raise ProblemError("bad-code", "The code is unknown, was used, or has run out. Ask the property office.")
    grant(found.estate)
    return found


HolderDep = Annotated[Holder, Depends(by_code)]


class Paragraph(BaseModel):
    heading: str = Field(examples=["用途"])
    text: str = Field(examples=["刷脸进出小区大门"])


class ConsentText(BaseModel):
    paragraphs: list[Paragraph]
    sha256: str = Field(examples=["b94d27b9934d3e08"])


class ResidentState(BaseModel):
    state: State = Field(description="invited: may enrol; enrolled; ended: withdrawn or expired")
    estate: str = Field(description="its name", examples=["东区花园"])
    consent: dict[Language, ConsentText] | None = Field(description="of who may enrol: what is agreed to")


class ResidentEnrolled(BaseModel):
    code: str = Field(
        description="personal, shown once: with it the record is seen and the consent withdrawn",
        examples=["7K3M-P9QX-2T4V-WZ81"],
    )
    consent_expires_at: Utc


class PhotoRequest(BaseModel):
    image: Picture


class PhotoResult(BaseModel):
    acceptable: bool = True


class ResidentEnrolment(BaseModel):
    image: Picture
    agreed: str = Field(
        description="sha256 of the statement that was shown and agreed to", examples=["b94d27b9934d3e08"]
    )
    under_14: bool = Field(description="the photo shows a child under 14, whose guardian consents")
    guardian: str = Field(default="", max_length=200)


@router.get("")
def read_resident(who: HolderDep, shared: ServicesDep) -> ResidentState:
    """What the code is good for, and what is agreed to."""
    with shared.database.session() as session:
        estate = shared.estate(session, who.estate)
        text = (
            {language: _text(shared, who.invitation, estate, language) for language in LANGUAGES}
            if who.invitation
            else None
        )
        return ResidentState(state=who.state, estate=estate.name, consent=text)


@router.post("/photo", responses=may_raise("conflict"), openapi_extra=sent_as(PhotoRequest))
def try_resident_photo(
    who: HolderDep, asked: Annotated[PhotoRequest, Depends(sent(PhotoRequest))], shared: ServicesDep
) -> PhotoResult:
    """Whether a photo is good enough to enrol; otherwise 'low-quality' with what to put right. Nothing is kept."""
    _invited(who)
    photograph(shared, [asked.image.photo()])
    return PhotoResult()


@router.post(
    "/enrolment",
    status_code=201,
    dependencies=[ONCE_BY_CODE],
    responses=may_raise("conflict", "consent-required", "guardian-required"),
    openapi_extra=sent_as(ResidentEnrolment),
)
def enrol_oneself(
    who: HolderDep, asked: Annotated[ResidentEnrolment, Depends(sent(ResidentEnrolment))], shared: ServicesDep
) -> ResidentEnrolled:
    """Consent and enrol, by which the invitation is used up. The photo is not kept."""
    invitation = _invited(who)
    with shared.database.session() as session:
        estate = shared.estate(session, who.estate)
        shown = {language: _text(shared, invitation, estate, language).sha256 for language in LANGUAGES}
    language = next((name for name, digest in shown.items() if digest == asked.agreed), None)
    if language is None:
        raise ProblemError(
            "consent-required", "The statement that was agreed to is not the one that holds. Read it again."
        )
    evidence = f"enrolment page, invitation {invitation.id}, statement {language} sha256 {asked.agreed}"
    terms = consents.Terms(invitation.purpose, evidence, invitation.consent_expires_at, asked.under_14, asked.guardian)
    terms.check(now())  # before the photo is looked at
    photographed = photograph(shared, [asked.image.photo()])
    person = Person(invitation.reference, invitation.credential_kind, invitation.credential_reference)
    code = consents.new_code()
    with shared.database.session() as session:
        use(session, invitation.id, now())
        estate = shared.estate(session, who.estate)
        enrol(session, shared, estate, person, terms, photographed, who.actor, code)
    return ResidentEnrolled(code=code, consent_expires_at=terms.expires_at)


@router.get("/record", responses=may_raise("conflict"))
def read_own_record(who: HolderDep, shared: ServicesDep) -> dict[str, Any]:
    """Everything that is stored of the resident, receipts of erasure too."""
    subject = _enrolled(who)
    with shared.database.session() as session:
        shown = own_record(session, who.estate, subject)
        record(session, who.actor, "subject.export", f"{who.estate}/{subject}")
    return shown


@router.post("/withdraw", dependencies=[ONCE_BY_CODE], responses=may_raise("conflict"))
def withdraw_oneself(who: HolderDep, shared: ServicesDep) -> Withdrawal:
    """End the consent: nothing matches from now on, and the next run of the jobs erases the template."""
    subject = _enrolled(who)
    with shared.database.session() as session:
        at = consents.withdraw(session, subject)
        record(session, who.actor, "consent.withdraw", f"{who.estate}/{subject}")
    return Withdrawal(subject=subject, withdrawn_at=at)


def _invited(who: Holder) -> Invitation:
    if who.invitation is None:
        raise ProblemError("conflict", "This code is of someone who has enrolled; an invitation's is needed.")
    return who.invitation


def _enrolled(who: Holder) -> str:
    if not who.subject:
        raise ProblemError("conflict", "This code is an invitation's: nobody has enrolled by it yet.")
    return who.subject


def _text(shared: Services, invitation: Invitation, estate: Estate, language: Language) -> ConsentText:
    made = statement(
        language,
        estate=estate.name,
        purpose=invitation.purpose,
        credential=invitation.credential_kind,
        until=invitation.consent_expires_at,
        kept_days=shared.settings.retain_consents_days,
    )
    return ConsentText(
        paragraphs=[Paragraph(heading=heading, text=text) for heading, text in made.paragraphs], sha256=made.sha256
    )
