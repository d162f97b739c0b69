"""`zhsq promote`: gates, then the alias champion."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from zhsq.tracking.gates.evidence import Gate
    from zhsq.tracking.promotion import Judged, Promotion
    from zhsq.tracking.store import LoggedRun

app = typer.Typer()


@app.command()
def promote(
    run: Annotated[str, typer.Argument(help="MLflow run id, or its first characters.")],
    gates: Annotated[Path | None, typer.Option(help="Gates of your own (YAML).")] = None,
    allow_subset: Annotated[bool, typer.Option(help="Let a run on a subset through; it is recorded.")] = False,
    accept_licence: Annotated[
        str, typer.Option(metavar="REASON", help="Take training data without clear terms on; signed with your name.")
    ] = "",
    by: Annotated[str, typer.Option(help="Who promotes; else the system's user.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Judge only; change nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write gates, evidence and the signed record here.")] = None,
) -> None:
    """Put a run's bundle through the gates; if none refuses, sign a record and set the registry's alias champion.

    Exit code 1 when a gate refuses.
    """
    from zhsq.commands.output import console
    from zhsq.tracking import promotion, store

    judged = judge(store.read(run), gates, allow_subset=allow_subset, accepted=accept_licence)
    _table(judged)
    done = None if judged.refusals or dry_run else promotion.promote(judged, by)
    if json is not None:
        _write(json, judged, done)
    if judged.refusals:
        _refusal(judged)
        raise typer.Exit(1)
    warnings = sum(gate.state == "warn" for gate in judged.gates)
    noted = f", {warnings} {'warning' if warnings == 1 else 'warnings'} recorded" if warnings else ""
    bundle = judged.run.bundle
    named = f"{bundle.name} {bundle.version} ({bundle.sha256[:12]})"
    if done is None:
        console.print(f"[bold green]would pass[/]: {named}{noted}. Nothing was changed (--dry-run).", highlight=False)
        return
    record = done.record.body
    console.print(
        f"[bold green]promoted[/]: {named} is champion of {record.task}, registry v{done.version}{noted}.\n"
        f"Record {record.sequence}, signed for {record.who.by}: {done.record.file}. History: zhsq champions {record.task}",
        highlight=False,
        soft_wrap=True,
    )


def judge(run: LoggedRun, gates: Path | None, *, allow_subset: bool, accepted: str = "") -> Judged:
    """Measure parity, and put a logged run through the gates.

    Args:
        run: of a benchmark.
        gates: file of gates; None takes the packaged one.
        allow_subset: let a run on a subset through.
        accepted: a person's reason to take unclear training data on.
    """
    from zhsq.deploy.parity import parity_gate
    from zhsq.tracking.gates.config import GatesConfig
    from zhsq.tracking.gates.evidence import ParityFigures
    from zhsq.tracking.promotion import consider

    config = GatesConfig.load(gates)
    parity = [ParityFigures(**asdict(check)) for check in parity_gate(run.bundle, limits=config.parity).checks]
    return consider(run, parity, config, accepted=accepted, allow_subset=allow_subset)


_LOOKS = {
    "pass": "[green]✓ pass[/]",
    "warn": "[yellow]! warn[/]",
    "refuse": "[bold red]✗ refuse[/]",
    "n/a": "[dim]- n/a[/]",
}


def _table(judged: Judged) -> None:
    """Every gate: what was found, and what is asked."""
    from rich.markup import escape
    from rich.table import Table

    from zhsq.commands.output import console

    run = judged.run
    table = Table(title=f"{run.report.task}: {run.bundle.name} {run.bundle.version}, run {run.run_id[:12]}", box=None)
    for column in ("gate", "", "value", "needs"):
        table.add_column(column, no_wrap=column == "", overflow="fold")
    for gate in judged.gates:
        style = "red" if gate.state == "refuse" else None
        table.add_row(escape(gate.name), _LOOKS[gate.state], escape(gate.value), escape(gate.need), style=style)
    console.print(table, highlight=False)


def _refusal(judged: Judged) -> None:
    """Each refusal by itself, with what to do about it: what a person reads first."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    from zhsq.commands.output import console

    refusals = judged.refusals
    standing = judged.evidence.against.champion
    stays = f"The champion stays: {standing}." if standing else "There is still no champion."
    title = f"not promoted: {len(refusals)} of {len(judged.gates)} gates refuse"
    body = Group(*(_lines(gate) for gate in refusals), Text(f"Nothing was changed. {stays}"))
    console.print(Panel(body, title=title, title_align="left", border_style="red"), highlight=False)


def _lines(gate: Gate) -> Text:
    from rich.text import Text

    text = Text.assemble(("✗ ", "bold red"), (gate.name, "bold"), "\n")
    for label, value in (("value", gate.value), ("needs", gate.need), ("to do", gate.remedy)):
        if value:
            text.append(f"  {label}  ", "dim").append(f"{value}\n")
    return text


def _write(path: Path, judged: Judged, done: Promotion | None) -> None:
    from json import dumps

    from zhsq.commands.output import write_json

    evidence, bundle = judged.evidence, judged.run.bundle
    found = {
        "task": judged.run.report.task,
        "run_id": judged.run.run_id,
        "bundle": {"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256},
        "promoted": done is not None,
        "refused_by": [gate.name for gate in judged.refusals],
        "gates": [gate.model_dump(mode="json") for gate in judged.gates],
        "parity": [part.model_dump(mode="json") for part in evidence.parity],
        "against_champion": evidence.against.model_dump(mode="json"),
        "accepted": evidence.accepted,
        "gates_sha256": judged.gates_sha256,
        "registry_version": done.version if done else None,
        "record": done.record.model_dump(mode="json") if done else None,
    }
    write_json(path, dumps(found, indent=2, ensure_ascii=False))
