"""`zhsq report`: how an estate's property staff did, and whether an estate may be accepted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.serve.reporting.document import Document
    from zhsq.serve.reporting.handling import Share
    from zhsq.serve.reporting.property import PropertyReport

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
            found = property_report(
                session, settings, span, moment, kinds_of(rules), estate=estate, targets=limits, gap_s=gap
            )
            record(session, "command", "report.property", estate or "every estate", span.label)
    finally:
        database.close()
    found = found.model_copy(update={"demonstration": demo})
    if json_file is not None:
        write_json(json_file, found.model_dump_json(indent=2))
    _show_property(found)
    _write(property_document(found, span), "property", span.label, out)


def _show_property(found: PropertyReport) -> None:
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.serve.reporting.document import percent, span

    console.print(f"[bold]Property performance[/] 物业绩效  {found.period.shown}", highlight=False)
    if found.demonstration:
        console.print("[yellow]A generated day of a demonstration estate, 演示数据[/]")
    if not found.estates:
        console.print(
            "The store has no estate yet. Make one over the API (`zhsq serve`), connect its devices (docs/alerts.md);\n"
            "or see a report of a generated day: zhsq report property --demo",
            highlight=False,
        )
    for estate in found.estates:
        table = Table(title=f"{estate.name} ({estate.estate})", title_justify="left")
        for column in ("", "alerts", "ack.", "in time", "closed", "in time", "false alarms"):
            table.add_column(column, justify="left" if not column else "right", no_wrap=True)
        for group in estate.handled:
            if group.by in ("all", "severity"):
                times = (group.acknowledge, group.close)
                cells = [cell for each in times for cell in (span(each.median_s), _of(each.within))]
                table.add_row(group.name or "all", f"{group.alerts:,}", *cells, percent(group.false_alarms))
        console.print(table)
        console.print("times: medians; false alarms: of those judged, with a 95 % interval", highlight=False)
        if estate.uptime is None:
            what = (
                f"{len(estate.devices)} devices known, none sends heartbeats" if estate.devices else "no device known"
            )
            console.print(f"uptime: not measured ({what}); let devices send `heartbeat` events", highlight=False)
        else:
            worst = min(estate.measured, key=lambda device: device.uptime or 0)
            console.print(
                f"uptime: {estate.uptime:.2%} over {len(estate.measured)} devices with heartbeats "
                f"({len(estate.devices) - len(estate.measured)} not measured); worst: {worst.device} {worst.uptime:.2%}",
                highlight=False,
            )
    kept = found.retention
    if kept.events_since is not None:
        console.print(
            f"Events before {kept.events_since:%Y-%m-%d} may have been removed by retention.", highlight=False
        )


def _of(share: Share) -> str:
    return f"{share.count}/{share.of}" if share.of else "–"


def _write(document: Document, name: str, label: str, out: Path | None) -> None:
    """The page, and a CSV per table; says where they are."""
    from zhsq.commands.output import console, write_text
    from zhsq.errors import ZhsqError
    from zhsq.serve.reporting.document import csv_text, html
    from zhsq.workspace import workspace

    folder = out or workspace().root / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ZhsqError(f"{folder} can't be made: {error.strerror}.", "Choose another folder for --out.") from error
    page = folder / f"{name}-{label}.html"
    write_text(page, html(document), "--out")
    for table in document.tables:
        write_text(folder / f"{name}-{label}-{table.name}.csv", csv_text(table), "--out")
    files = ", ".join(f"{name}-{label}-{table.name}.csv" for table in document.tables)
    console.print(f"page: {page}" + (f"\ntables beside it: {files}" if files else ""), highlight=False, soft_wrap=True)
