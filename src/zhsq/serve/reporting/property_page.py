"""The performance report as a page and as tables."""

from __future__ import annotations

from collections.abc import Iterator

from zhsq.serve.reporting.document import (
    Bi,
    Cell,
    Column,
    Document,
    Heading,
    Notes,
    Part,
    Table,
    Tile,
    Tiles,
    named,
    percent,
    say,
    span,
)
from zhsq.serve.reporting.handling import Handled
from zhsq.serve.reporting.period import Period
from zhsq.serve.reporting.property import EstatePerformance, PropertyReport
from zhsq.serve.reporting.uptime import Uptime

#: Rows of a table that the page shows; the CSV has all.
SHOWN = 40


def property_document(report: PropertyReport, period: Period) -> Document:
    """Lay the report out.

    Args:
        report: what was found.
        period: that it is about; its clock is that of every time shown.
    """
    facts = [(say("period"), report.period.shown), (say("made"), period.local(report.made_at))]
    made = Document(say("property.title"), facts, banner=say("demonstration") if report.demonstration else None)
    if not report.estates:
        made.parts.append(Notes(say("property.about"), [say("property.no_estate")]))
        made.parts.append(Table("alerts", say("property.handling"), _HANDLING, [], say("property.no_alerts")))
        made.parts.append(devices_table("devices", [], period))
    for estate in report.estates:
        made.parts.append(Heading(Bi(estate.name, "" if estate.estate == estate.name else estate.estate)))
        made.parts += _estate(estate, report, period)
    made.parts.append(Notes(say("property.about"), list(_notes(report, period))))
    return made


def _estate(estate: EstatePerformance, report: PropertyReport, period: Period) -> Iterator[Part]:
    yield Tiles(_tiles(estate))
    several = f"-{estate.estate}" if len(report.estates) > 1 else ""
    targets = {
        name: f"{span(report.targets.of(name).acknowledge_s)} / {span(report.targets.of(name).close_s)}"
        for name in ("critical", "major", "minor")
    }
    yield Table(
        f"alerts{several}",
        say("property.handling"),
        _HANDLING,
        [_handled(group) for group in estate.handled] if estate.all.alerts else [],
        say("property.no_alerts"),
        say("property.handling_note", **targets),
        SHOWN,
        group=0,
    )
    note = say("property.devices_note", gap=span(report.gap_s), span=estate.uptime_span.shown)
    yield devices_table(f"devices{several}", estate.devices, period, note)
    gaps = [(device.device, gap) for device in estate.devices for gap in device.longest]
    gaps.sort(key=lambda found: -found[1].seconds)
    yield Table(
        f"gaps{several}",
        say("property.gaps"),
        [Column(say(f"col.{name}"), "seconds" if name == "seconds" else "code") for name in _GAPS],
        [(name, period.local(g.start), period.local(g.end), g.seconds, named("reason", g.reason)) for name, g in gaps],
        say("property.no_gaps"),
        shown=15,
    )


def devices_table(name: str, devices: list[Uptime], period: Period, note: Bi | None = None) -> Table:
    """Devices with their uptime, the worst first."""
    rows = [_device(device, period) for device in _worst_first(devices)]
    return Table(name, say("property.devices"), _DEVICES, rows, say("property.no_devices"), note, SHOWN)


def _tiles(estate: EstatePerformance) -> list[Tile]:
    total = estate.all
    closed = total.resolved + total.dismissed
    judged = total.false_alarms
    return [
        Tile(
            say("property.alerts"),
            f"{total.alerts:,}",
            say("property.alerts_detail", closed=closed, open=total.alerts - closed),
        ),
        Tile(
            say("property.acknowledge"),
            span(total.acknowledge.median_s),
            say("property.within_detail", share=percent(total.acknowledge.within)),
        ),
        Tile(
            say("property.close"),
            span(total.close.median_s),
            say("property.within_detail", share=percent(total.close.within)),
        ),
        Tile(
            say("property.false"),
            "–" if judged.value is None else f"{judged.value:.1%}",
            say("property.false_detail", judged=judged.of, low=judged.low, high=judged.high)
            if judged.of
            else say("property.false_none"),
        ),
        Tile(
            say("property.uptime"),
            "–" if estate.uptime is None else f"{estate.uptime:.2%}",
            say("property.uptime_detail", n=len(estate.measured), rest=len(estate.devices) - len(estate.measured))
            if estate.measured
            else say("property.uptime_none"),
        ),
    ]


_GAPS = ("device", "start", "end", "seconds", "reason")
_HANDLING = (
    Column(say("by")),
    Column(say("name"), "code"),
    Column(say("col.alerts"), "number"),
    Column(say("col.open"), "number"),
    *(Column(say(f"col.{name}"), "number", page=False) for name in ("acknowledged", "resolved", "dismissed")),
    Column(say("col.ack_median"), "seconds"),
    Column(say("col.ack_p90"), "seconds"),
    Column(say("col.ack_within"), "share"),
    Column(say("col.close_median"), "seconds"),
    Column(say("col.close_p90"), "seconds", page=False),
    Column(say("col.close_within"), "share"),
    Column(say("col.false"), "share"),
    Column(say("col.escalated"), "share", page=False),
)


def _handled(group: Handled) -> list[Cell]:
    name: Cell = "–" if group.by != "all" and not group.name else _name(group)
    return [
        named("by", group.by),
        name,
        group.alerts,
        group.open,
        group.acknowledged,
        group.resolved,
        group.dismissed,
        group.acknowledge.median_s,
        group.acknowledge.p90_s,
        group.acknowledge.within,
        group.close.median_s,
        group.close.p90_s,
        group.close.within,
        group.false_alarms,
        group.escalated,
    ]


def _name(group: Handled) -> Cell:
    if group.by == "all":
        return say("all")
    if group.by == "kind":
        return kinds(group.name.split("+"))
    return named(group.by, group.name)


def kinds(names: list[str]) -> Bi:
    """Kinds of events in words."""
    told = [named("kind", name) for name in names if name != "heartbeat" or len(names) == 1]
    pairs = [each if isinstance(each, Bi) else Bi(each, each) for each in told]
    return Bi("、".join(pair.zh for pair in pairs), ", ".join(pair.en for pair in pairs))


_DEVICES = (
    Column(say("col.device"), "code"),
    Column(say("col.kinds")),
    Column(say("col.registered")),
    Column(say("col.signs"), "number"),
    Column(say("col.last"), "code"),
    Column(say("col.uptime"), "ratio"),
    Column(say("col.observed"), "seconds"),
    Column(say("col.down"), "seconds"),
    Column(say("col.gaps"), "number"),
    Column(say("col.remark")),
)


def _worst_first(devices: list[Uptime]) -> list[Uptime]:
    return sorted(devices, key=lambda device: (device.uptime is None, device.uptime or 0, device.device))


def _device(device: Uptime, period: Period) -> list[Cell]:
    down = None if device.observed_s is None else device.observed_s - (device.up_s or 0)
    return [
        device.device,
        kinds(device.kinds) if device.kinds else "–",
        say("yes" if device.registered else "no"),
        device.signs,
        period.local(device.last_heard) if device.last_heard else None,
        device.uptime,
        device.observed_s,
        down,
        device.gaps if device.uptime is not None else None,
        named("unmeasured", device.unmeasured) if device.unmeasured else "",
    ]


def _notes(report: PropertyReport, period: Period) -> Iterator[Bi]:
    yield say("property.intervals")
    yield say("property.severity_note")
    kept = report.retention
    yield say("property.retention", events=kept.events_days, alerts=kept.alerts_days)
    if kept.events_since is not None:
        yield say("property.retention_events", when=period.local(kept.events_since))
    if kept.alerts_since is not None:
        yield say("property.retention_alerts", when=period.local(kept.alerts_since))
    before = sum(estate.open_before for estate in report.estates)
    if before:
        yield say("property.open_before", n=before)
