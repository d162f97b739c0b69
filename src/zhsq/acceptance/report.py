"""The acceptance report: every item with its verdict, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import select

from zhsq import __version__
from zhsq.acceptance.accuracy import accuracy
from zhsq.acceptance.connection import site, systems
from zhsq.acceptance.items import Item, Verdict
from zhsq.acceptance.profile import EstateClass, Profile, Task
from zhsq.acceptance.protection import protection
from zhsq.acceptance.requirements import Requirements
from zhsq.acceptance.service import delivery, uptime
from zhsq.protocols.report import Report
from zhsq.serve.reporting.document import Bi
from zhsq.serve.reporting.period import Period
from zhsq.serve.reporting.property import retention
from zhsq.serve.reporting.uptime import GAP_S, Sessions, Uptime, uptimes
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import Estate, Target

#: Whether the estate may be accepted: nothing failed and all was measured; something failed; something is still open.
Outcome = Literal["met", "not-met", "not-measured"]
#: The class that an estate is judged by when no profile names one.
ASSUMED: EstateClass = "ordinary"


class AcceptanceReport(BaseModel):
    made_at: datetime
    version: str
    estate: str | None = Field(description="null: the store has none yet")
    name: str
    estate_class: EstateClass
    assumed: bool = Field(description="no profile was given: the class is assumed, devices are those heard of")
    period_start: datetime
    period_end: datetime
    period: str
    label: str
    requirements: Bi = Field(description="where the table of requirements comes from")
    outcome: Outcome
    items: list[Item]
    devices: list[Uptime]
    samples: dict[str, Report]
    demonstration: bool = False

    def count(self, verdict: Verdict) -> int:
        """Items of a verdict."""
        return sum(item.verdict == verdict for item in self.items)


def acceptance(
    sessions: Sessions,
    settings: Settings,
    requirements: Requirements,
    period: Period,
    now: datetime,
    *,
    estate: str | None,
    profile: Profile | None = None,
    samples: Mapping[Task, Report] | None = None,
    demonstration: bool = False,
) -> AcceptanceReport:
    """Look at everything. Nothing is written.

    Args:
        sessions: opens one to read in; it sees every estate.
        settings: of the API that serves the estate.
        requirements: what the class requires.
        period: whose events, alerts and deliveries count.
        now: UTC, without zone.
        estate: in the store; None where there is none yet: then nothing can be measured, and each item says how to.
        profile: of the site.
        samples: reports of the site's labelled samples.
        demonstration: the store is that of the demonstration estate.
    """
    chosen: EstateClass = profile.estate_class if profile else ASSUMED
    needs = requirements.classes[chosen]
    heard: list[Uptime] = []
    targets: list[str] = []
    name = ""
    start = period.start
    if estate is not None:
        start = max(start, retention(settings, period, now).events_since or start)
        heard = uptimes(sessions, estate, start, period.end, GAP_S) if start < period.end else []
    with sessions() as session:
        if estate is not None:
            name = session.get_one(Estate, estate).name
            query = select(Target.name).where(Target.enabled, (Target.estate_id == estate) | Target.estate_id.is_(None))
            targets = list(session.scalars(query.order_by(Target.name)))
        items = [*site(needs, profile, heard, targets), *systems(needs, profile, heard)]
        items += accuracy(requirements.accuracy, samples or {})
        items.append(uptime(requirements.uptime, heard, start, period.end))
        items += delivery(session, requirements.delivery, estate or "", period.start, period.end)
        if estate is not None:
            items += protection(session, settings, requirements.protection, estate, now)
    if estate is None:
        items = [_unmeasured(item) for item in items]
    return AcceptanceReport(
        made_at=now,
        version=__version__,
        estate=estate,
        name=name,
        estate_class=chosen,
        assumed=profile is None,
        period_start=period.start,
        period_end=period.end,
        period=period.shown,
        label=period.label,
        requirements=requirements.source,
        outcome=_outcome(items),
        items=items,
        devices=heard,
        samples=dict(samples or {}),
        demonstration=demonstration,
    )


def _unmeasured(item: Item) -> Item:
    """Without an estate in the store nothing was looked at: that is no failure."""
    if item.verdict == "not-measured" and item.section != "site":
        return item
    return item.model_copy(update={"verdict": "not-measured", "found": Bi("库中没有小区", "no estate in the store")})


def _outcome(items: list[Item]) -> Outcome:
    verdicts = {item.verdict for item in items}
    if "not-met" in verdicts:
        return "not-met"
    return "not-measured" if "not-measured" in verdicts else "met"
