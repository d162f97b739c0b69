"""The performance report of an estate's property company: alerts handled, in what time, how many false; devices' uptime."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhsq import __version__
from zhsq.serve.reporting.handling import Handled, Targets, handled
from zhsq.serve.reporting.period import Moment, Period
from zhsq.serve.reporting.uptime import GAP_S, Sessions, Uptime, uptimes
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import Alert, Estate, Event


class Span(BaseModel):
    """From `start` until before `end`, UTC."""

    start: Moment
    end: Moment
    shown: str = Field(description="by the estate's clock")


class Kept(BaseModel):
    """What retention has left of the period."""

    events_days: int
    alerts_days: int
    events_since: Moment | None = Field(description="events of the period from before this may be gone; null: none")
    alerts_since: Moment | None = Field(
        description="closed alerts of the period whose newest evidence is from before this may be gone; null: none"
    )


class EstatePerformance(BaseModel):
    estate: str
    name: str
    events: int = Field(description="of the period, in the store")
    open_before: int = Field(description="alerts from before the period that were still open when it began")
    handled: list[Handled]
    uptime_span: Span = Field(description="the part of the period from which events are kept")
    devices: list[Uptime]

    @property
    def all(self) -> Handled:
        return self.handled[0]

    @property
    def measured(self) -> list[Uptime]:
        """Devices whose uptime is known."""
        return [device for device in self.devices if device.uptime is not None]

    @property
    def uptime(self) -> float | None:
        """Of all measured devices together."""
        observed = sum(device.observed_s or 0 for device in self.measured)
        return sum(device.up_s or 0 for device in self.measured) / observed if observed else None


class PropertyReport(BaseModel):
    made_at: Moment
    version: str
    period: Span
    label: str
    targets: Targets
    gap_s: float = Field(description="a longer silence of a device is taken as down")
    retention: Kept
    estates: list[EstatePerformance]
    demonstration: bool = False


def property_report(
    sessions: Sessions,
    settings: Settings,
    period: Period,
    now: datetime,
    kinds: Mapping[str, str],
    *,
    estate: str | None = None,
    targets: Targets | None = None,
    gap_s: float = GAP_S,
) -> PropertyReport:
    """Read the store. Nothing is written, and no person is named in it.

    Args:
        sessions: opens one; its scope decides which estates are seen.
        settings: how long records are kept.
        period: what is reported on.
        now: UTC, without zone.
        kinds: rule -> kind of event, of `handling.kinds_of`.
        estate: only this one; all that the session may see when None.
        targets: for the shares within; the packaged ones when None.
        gap_s: a longer silence of a device is taken as down.
    """
    limits = targets or Targets()
    kept = retention(settings, period, now)
    since = max(period.start, kept.events_since or period.start)
    query = select(Estate.id, Estate.name).order_by(Estate.id)
    with sessions() as session:
        found = session.execute(query if estate is None else query.where(Estate.id == estate)).all()
    estates = []
    for estate_id, name in found:
        devices = uptimes(sessions, estate_id, since, period.end, gap_s) if since < period.end else []
        with sessions() as session:
            estates.append(
                EstatePerformance(
                    estate=estate_id,
                    name=name,
                    events=_events(session, estate_id, period),
                    open_before=_open_before(session, estate_id, period.start),
                    handled=handled(session, estate_id, period.start, period.end, now, kinds, limits),
                    uptime_span=_span(period, since, period.end),
                    devices=devices,
                )
            )
    return PropertyReport(
        made_at=now,
        version=__version__,
        period=_span(period, period.start, period.end),
        label=period.label,
        targets=limits,
        gap_s=gap_s,
        retention=kept,
        estates=estates,
    )


def retention(settings: Settings, period: Period, now: datetime) -> Kept:
    """Which part of a period the retention jobs may have removed."""
    events = now - timedelta(days=settings.retain_events_days)
    alerts = now - timedelta(days=settings.retain_alerts_days)
    return Kept(
        events_days=settings.retain_events_days,
        alerts_days=settings.retain_alerts_days,
        events_since=min(events, period.end) if events > period.start else None,
        alerts_since=min(alerts, period.end) if alerts > period.start else None,
    )


def _span(period: Period, start: datetime, end: datetime) -> Span:
    return Span(start=start, end=end, shown=Period(start, end, "", period.zone).shown)


def _events(session: Session, estate: str, period: Period) -> int:
    mine = (Event.estate_id == estate, Event.time >= period.start, Event.time < period.end)
    return session.scalar(select(func.count()).select_from(Event).where(*mine)) or 0


def _open_before(session: Session, estate: str, start: datetime) -> int:
    """Whatever became of them since."""
    open_then = (Alert.closed_at.is_(None)) | (Alert.closed_at >= start)
    query = select(func.count()).select_from(Alert).where(Alert.estate_id == estate, Alert.opened_at < start, open_then)
    return session.scalar(query) or 0
