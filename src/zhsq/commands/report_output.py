"""How `zhsq report` shows its reports on a terminal, and where it writes them."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from zhsq.acceptance.items import SECTIONS, Verdict
from zhsq.acceptance.page import CLASSES, OUTCOMES
from zhsq.acceptance.report import AcceptanceReport
from zhsq.commands.output import console, write_text
from zhsq.errors import ZhsqError
from zhsq.serve.reporting.document import Document, csv_text, html, percent, span
from zhsq.serve.reporting.handling import Share
from zhsq.serve.reporting.property import PropertyReport
from zhsq.workspace import workspace

_COLOURS = {"met": "green", "not-met": "red", "not-measured": "yellow"}
#: Sections whose figures are shown though they are met.
_FIGURES = ("accuracy", "service")
_FIRST_STEPS = """Nothing can be measured yet. To get there:
  1. run the API and make the estate: zhsq serve; POST /v1/estates
  2. connect its devices (docs/alerts.md), and let them send heartbeats
  3. describe the site: zhsq report profile > site.yaml; change it
  4. zhsq report acceptance --profile site.yaml
Or see a report of a generated day: zhsq report acceptance --demo"""
_VERDICTS: tuple[Verdict, ...] = ("met", "not-met", "not-measured")


def show_acceptance(found: AcceptanceReport) -> None:
    """Counts per part, then what is not met or not measured with what to do, then the outcome."""
    who = f"{found.name} ({found.estate})" if found.estate else "no estate in the store yet"
    _print(f"Acceptance 联合验收  {who}, class {CLASSES[found.estate_class].en}{', assumed' if found.assumed else ''}")
    if found.demonstration:
        console.print("[yellow]A generated day of a demonstration estate, 演示数据[/]")
    table = Table(box=None, pad_edge=False)
    for column in ("", *(verdict.replace("-", " ") for verdict in _VERDICTS)):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for section, title in SECTIONS.items():
        mine = [item.verdict for item in found.items if item.section == section]
        if mine:
            cells = [Text(str(mine.count(v) or "–"), style=_COLOURS[v] if v in mine else "dim") for v in _VERDICTS]
            table.add_row(title.en, *cells)
    console.print(table)
    if found.estate is None:
        _print(_FIRST_STEPS)
        return
    for verdict in ("not-met", "not-measured", "met"):
        for item in found.items:
            if item.verdict == verdict and (verdict != "met" or item.section in _FIGURES):
                told = f" {item.what.en}: {item.found.en}; required: {item.required.en}"
                line = Text(verdict.replace("-", " "), style=_COLOURS[verdict]).append(told, style="default")
                console.print(line, soft_wrap=True, highlight=False)
                if item.advice.en:
                    _print(f"    {item.advice.en}")
    outcome = OUTCOMES[found.outcome]
    counts = ", ".join(f"{found.count(v)} {v.replace('-', ' ')}" for v in _VERDICTS)
    console.print(f"[{_COLOURS[found.outcome]}]{outcome.zh} {outcome.en}[/]: {counts}", highlight=False)
    if found.assumed:
        _print("No site profile: zhsq report profile > site.yaml, change it, then --profile site.yaml")


def _print(text: str) -> None:
    """Plain text, whole however narrow the terminal is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def show_property(found: PropertyReport) -> None:
    """The figures by severity and the uptime, or what to do first."""
    console.print(f"[bold]Property performance[/] 物业绩效  {found.period.shown}", highlight=False)
    if found.demonstration:
        console.print("[yellow]A generated day of a demonstration estate, 演示数据[/]")
    if not found.estates:
        _print(
            "The store has no estate yet. Make one over the API (`zhsq serve`), connect its devices (docs/alerts.md);\n"
            "or see a report of a generated day: zhsq report property --demo"
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


def write_report(document: Document, name: str, label: str, out: Path | None) -> None:
    """Write the page, and a CSV per table; say where they are.

    Raises:
        ZhsqError: the folder can't be written.
    """
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
