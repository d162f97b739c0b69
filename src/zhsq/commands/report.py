"""`zhsq report`: how an estate's property staff did, and whether an estate may be accepted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from zhsq.acceptance.profile import Profile, Task
    from zhsq.protocols.report import Report

app = typer.Typer(no_args_is_help=True, help="Reports: property performance, and the acceptance of an estate.")
EstateOption = Annotated[str | None, typer.Option(help="Only this estate; all when not given.")]
Month = Annotated[str | None, typer.Option(help="YYYY-MM, by the estate's clock.")]
First = Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD, the first day; 30 days when not given.")]
Last = Annotated[str | None, typer.Option("--to", help="YYYY-MM-DD, the last day; today when not given.")]
Offset = Annotated[str, typer.Option(help="Of the estate's clock from UTC.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the page and the tables; `reports` in the workspace.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the report's data here.")]
Demo = Annotated[bool, typer.Option("--demo", help="Report on a generated day of a demonstration estate instead.")]


@app.callback()
def _group() -> None:
    """Reports: property performance, and the acceptance of an estate."""


@app.command("property")
def property_(
    estate: EstateOption = None,
    month: Month = None,
    first: First = None,
    last: Last = None,
    targets: Annotated[
        Path | None, typer.Option(help="YAML with acknowledge_s and close_s per severity, instead of the defaults.")
    ] = None,
    gap: Annotated[float, typer.Option(min=1, help="A longer silence of a device is down time, seconds.")] = 600,
    utc_offset: Offset = "+08:00",
    out: Out = None,
    json_file: Json = None,
    demo: Demo = False,
) -> None:
    """Alerts handled and in what time, false alarms, devices' uptime: a page to print, tables for Excel."""
    from datetime import timedelta

    from sqlalchemy import select

    from zhsq.checked_yaml import read, text_of
    from zhsq.commands.output import write_json
    from zhsq.commands.report_output import show_property, write_report
    from zhsq.errors import UnknownNameError
    from zhsq.quickstart import estate as demonstration
    from zhsq.serve.alerting.rules.parse import read as read_rules
    from zhsq.serve.reporting.handling import Targets, kinds_of
    from zhsq.serve.reporting.period import period
    from zhsq.serve.reporting.property import property_report
    from zhsq.serve.reporting.property_page import property_document
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import Estate, now

    moment = now()
    first = first or ((moment - timedelta(days=1)).strftime("%Y-%m-%d") if demo and not (month or last) else None)
    span = period(moment, month=month, first=first, last=last, offset=utc_offset)
    limits = read(text_of(targets, "targets"), Targets, str(targets)) if targets else None
    settings = demonstration.build(moment) if demo else Settings()
    rules = read_rules(settings.rules)
    database = Database.of(settings)
    try:
        with database.session() as session:
            if estate is not None and session.get(Estate, estate) is None:
                raise UnknownNameError("estate", estate, session.scalars(select(Estate.id)))
            record(session, "command", "report.property", estate or "every estate", span.label)
        found = property_report(
            database.session, settings, span, moment, kinds_of(rules), estate=estate, targets=limits, gap_s=gap
        )
    finally:
        database.close()
    found = found.model_copy(update={"demonstration": demo})
    if json_file is not None:
        write_json(json_file, found.model_dump_json(indent=2))
    show_property(found)
    write_report(property_document(found, span), "property", span.label, out)


@app.command()
def acceptance(
    profile: Annotated[
        Path | None, typer.Option(help="Site profile in YAML; begin with `zhsq report profile`.")
    ] = None,
    requirements: Annotated[
        Path | None, typer.Option(help="Your programme's table, instead of `zhsq report requirements`.")
    ] = None,
    estate: Annotated[
        str | None, typer.Option(help="Without a profile: only this estate; each when not given.")
    ] = None,
    month: Month = None,
    first: First = None,
    last: Last = None,
    utc_offset: Offset = "+08:00",
    limit: Annotated[int, typer.Option(min=0, help="Measure about so many of each sample only; 0: all.")] = 0,
    out: Out = None,
    json_file: Json = None,
    demo: Demo = False,
) -> None:
    """What an estate's class requires against what is connected, measured and protected: a verdict per item."""
    from datetime import timedelta

    from zhsq.acceptance import profile as profiles
    from zhsq.acceptance import requirements as tables
    from zhsq.acceptance.page import acceptance_document
    from zhsq.acceptance.report import acceptance as judge
    from zhsq.commands.output import write_text
    from zhsq.commands.report_output import show_acceptance, write_report
    from zhsq.errors import ZhsqError
    from zhsq.quickstart import estate as demonstration
    from zhsq.serve.reporting.period import period
    from zhsq.serve.security.audit import record
    from zhsq.serve.settings import Settings
    from zhsq.serve.store.database import Database
    from zhsq.serve.store.tables import now

    moment = now()
    if profile is not None and estate is not None:
        raise ZhsqError("A profile names its estate.", "Give --profile or --estate.")
    site = profiles.load(profile) if profile is not None else (profiles.example() if demo else None)
    table = tables.load(requirements)
    first = first or ((moment - timedelta(days=1)).strftime("%Y-%m-%d") if demo and not (month or last) else None)
    span = period(moment, month=month, first=first, last=last, offset=utc_offset)
    samples = _samples(site, limit)
    settings = demonstration.build(moment) if demo else Settings()
    database = Database.of(settings)
    try:
        with database.session() as session:
            estates = _estates(session, site, estate)
            record(session, "command", "report.acceptance", ", ".join(name or "none" for name in estates), span.label)
        found = [
            judge(
                database.session, settings, table, span, moment,
                estate=name, profile=site, samples=samples, demonstration=demo,
            )
            for name in estates
        ]  # fmt: skip
    finally:
        database.close()
    if json_file is not None:
        texts = [each.model_dump_json(indent=2) for each in found]
        write_text(json_file, (texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]") + "\n", "--json")
    for each in found:
        show_acceptance(each)
        name = f"acceptance-{each.estate}" if each.estate else "acceptance"
        write_report(acceptance_document(each, span), name, span.label, out)


@app.command("profile")
def profile_() -> None:
    """Print a site profile, to begin a site's own with."""
    from zhsq.acceptance.profile import packaged

    typer.echo(packaged(), nl=False)


@app.command("requirements")
def requirements_() -> None:
    """Print what each class of estates requires by default, to begin a programme's own with."""
    from zhsq.acceptance.requirements import packaged

    typer.echo(packaged(), nl=False)


def _samples(site: Profile | None, limit: int) -> dict[Task, Report]:
    """The reports of the profile's samples, measured now where it names data."""
    if site is None or not site.samples:
        return {}
    from zhsq.acceptance.accuracy import measured
    from zhsq.bench.result import BenchOptions
    from zhsq.commands.output import progress_hook

    found: dict[Task, Report] = {}
    for sample in site.samples:
        with progress_hook(sample.task) as hook:
            found[sample.task] = measured(sample, BenchOptions(limit=limit, progress=hook))
    return found


def _estates(session: Session, site: Profile | None, estate: str | None) -> list[str | None]:
    """Which to report on; None where the store has none yet."""
    from sqlalchemy import select

    from zhsq.errors import UnknownNameError
    from zhsq.serve.store.tables import Estate

    known = list(session.scalars(select(Estate.id).order_by(Estate.id)))
    wanted = site.estate if site is not None else estate
    if wanted is None:
        return [*known] or [None]
    if wanted not in known:
        raise UnknownNameError("estate", wanted, known)
    return [wanted]
