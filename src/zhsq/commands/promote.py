"""`zhsq promote`: gates, then the alias champion."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer()


@app.command()
def promote(
    run: Annotated[str, typer.Argument(help="MLflow run id, or its first characters.")],
    gates: Annotated[Path | None, typer.Option(help="Gates of your own (YAML).")] = None,
    allow_subset: Annotated[bool, typer.Option(help="Let a run on a subset through; it is recorded.")] = False,
) -> None:
    """Put a run's bundle through the gates; if none refuses, set the registry's alias champion."""
    from zhsq.commands.output import console
    from zhsq.tracking import store

    logged = store.read(run)
    version = through_gates(logged, gates, allow_subset)
    console.print(
        f"champion of {logged.report.task}: {logged.bundle.name} {logged.bundle.version}, registry v{version}"
    )


def through_gates(logged: Any, gates: Path | None, allow_subset: bool, *, show: bool = True) -> int:
    """Judge a logged run, print the gates, and crown it; the registry's version.

    Raises:
        GateRefusedError: names each gate that refused.
    """
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.deploy.parity import parity_gate
    from zhsq.tracking import store
    from zhsq.tracking.gates import GatesConfig, ParityFigures, judge, require

    config = GatesConfig.load(gates)
    measured = parity_gate(logged.bundle, limits=config.parity)
    parity = [ParityFigures(**asdict(check)) for check in measured.checks]
    verdict = judge(logged.report, logged.bundle, parity, config, allow_subset=allow_subset)
    if show:
        table = Table("gate", "", "value", "needs", title=f"gates: {logged.bundle.name}")
        colours = {"pass": "green", "warn": "yellow", "refuse": "red"}
        for gate in verdict:
            table.add_row(gate.name, f"[{colours[gate.state]}]{gate.state}[/]", gate.value, gate.need)
        console.print(table)
    require(verdict)
    return store.crown(logged, {gate.name: [gate.state, gate.value] for gate in verdict})
