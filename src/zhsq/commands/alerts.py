"""`zhsq alerts`: check rules, and try them on recorded events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Rules of alerts: check them, try them on recorded events.")
RulesFile = Annotated[Path | None, typer.Option("--rules", help="A file of rules; the packaged ones when not given.")]


@app.command()
def check(rules: RulesFile = None) -> None:
    """Check a file of rules; every error names its line and column."""
    from zhsq.commands.output import console
    from zhsq.serve.alerting.rules.parse import read

    found = read(rules)
    console.print(f"{len(found.rules)} rules, valid: {', '.join(rule.name for rule in found.rules)}", highlight=False)


@app.command()
def sample(
    events: Annotated[
        bool, typer.Option("--events", help="Print a made-up day of events of every kind instead, one a line.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the day; the same seed gives the same day.")] = 0,
) -> None:
    """Print the packaged rules, to begin a site's own with; or a day of events to try them on."""
    import json

    from zhsq.serve.alerting.rules.parse import packaged
    from zhsq.serve.alerting.sample_day import sample_day

    if not events:
        typer.echo(packaged(), nl=False)
        return
    for event in sample_day(seed):
        typer.echo(json.dumps(event, ensure_ascii=False))


@app.command()
def replay(
    events: Annotated[
        Path,
        typer.Option(
            help="Recorded CloudEvents: one JSON object per line, or a JSON list. To try it: sample --events."
        ),
    ],
    rules: RulesFile = None,
    late: Annotated[float, typer.Option(help="How late an event may come, seconds, as the API has it.", min=0)] = 3600,
    handled_after: Annotated[
        float, typer.Option(help="Seconds after which people are taken to have closed an alert.", min=0)
    ] = 600,
    limit: Annotated[int, typer.Option(help="Alerts to print; --json has them all.", min=0)] = 40,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report to this file.")] = None,
) -> None:
    """Say which alerts a set of rules would have raised on recorded events. Nothing is stored or sent."""
    from datetime import timedelta, timezone

    from zhsq.commands.output import console
    from zhsq.serve.alerting.replay import recorded
    from zhsq.serve.alerting.replay import replay as run
    from zhsq.serve.alerting.rules.parse import read

    in_force = read(rules)
    report = run(in_force, recorded(events), late_s=late, handled_after_s=handled_after)
    local = timezone(timedelta(seconds=in_force.offset_s))
    if json_file is not None:
        json_file.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    for alert in report.alerts[:limit]:
        when, where = (
            alert.at.astimezone(local).isoformat(" ", "seconds"),
            f"{alert.estate} {alert.device or alert.zone}",
        )
        console.print(
            f"{when}  [bold]{alert.severity:<8}[/] {alert.rule}  {where}  {alert.events} events", highlight=False
        )
        console.print(f"    {alert.message['en']} / {alert.message['zh']}", markup=False, highlight=False)
    if len(report.alerts) > limit:
        console.print(f"and {len(report.alerts) - limit} more")
    told = [f"{c.rule} {c.alerts}" + (f" (+{c.held_back} in cool-down)" if c.held_back else "") for c in report.rules]
    console.print(
        f"{report.events} events, {report.duplicates} duplicates, {report.late} late, {len(report.alerts)} alerts",
        highlight=False,
    )
    console.print("; ".join(told), highlight=False)
