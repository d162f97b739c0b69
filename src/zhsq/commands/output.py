"""How commands print reports, progress and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from zhsq.bench.result import ProgressHook
from zhsq.errors import ZhsqError
from zhsq.protocols.report import Report

console = Console()


@contextmanager
def progress_hook(title: str) -> Iterator[ProgressHook]:
    """A progress bar on stderr, as the hook that benchmarks and training call."""
    columns = (
        TextColumn(title),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def hook(done: int, total: int, what: str) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield hook


def write_text(path: Path, text: str, option: str) -> None:
    """Write a text file that an option named.

    Raises:
        ZhsqError: the path can't be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ZhsqError(f"{path} can't be written: {error.strerror}.", f"Choose another path for {option}.") from error


def write_json(path: Path, text: str) -> None:
    """Write a JSON file.

    Raises:
        ZhsqError: the path can't be written.
    """
    write_text(path, text + "\n", "--json")


def print_report(report: Report) -> None:
    """A report as a table, with its notes below."""
    table = Table(title=f"{report.task}: {report.model.name} {report.model.version} on {report.data.name}")
    for column in ("metric", "value", "95 % interval", "threshold"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    for name, figure in report.metrics.items():
        threshold = report.thresholds.get(name)
        table.add_row(
            name,
            f"{figure.value:.4f}",
            f"{figure.low:.4f} to {figure.high:.4f}",
            f"{threshold.value:.4f}" if threshold else "",
        )
    console.print(table)
    console.print(
        f"{report.protocol}; {report.split}; n = {report.n}; {report.data.release}; {report.seconds:.1f} s, "
        f"{report.items_per_second:.1f}/s on {report.hardware['cores']} cores ({report.hardware['cpu']})",
        highlight=False,
    )
    console.print(f"intervals: {report.interval_method}", highlight=False)
    for note in report.notes:
        console.print(f"- {note}", highlight=False, markup=False)
