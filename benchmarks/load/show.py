"""A load benchmark's figures as a table in the terminal and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Json = dict[str, Any]
TITLES = {
    "graph": "One network, a prepared crop in",
    "crop": "Pipeline, an encoded crop in",
    "photo": "Pipeline, an encoded photo in",
}


def show(console: Console, found: Json) -> None:
    """Every row, then whether the bar is met."""
    table = Table(
        "level",
        "way",
        "clients",
        "per second",
        "of one at a time",
        "of in process",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "CPU ms a call",
    )
    for row in found["rows"]:
        rate, latency = row["per_second"], row["latency_ms"]
        table.add_row(
            row["level"],
            row["way"],
            str(row["clients"]),
            f"{rate['value']:.0f} ({rate['low']:.0f} to {rate['high']:.0f})",
            *(f"{r['value']:.2f} ({r['low']:.2f} to {r['high']:.2f})" for r in (row["ratio_single"], row["ratio"])),
            *(f"{latency[q]:.1f}" for q in ("p50", "p95", "p99")),
            f"{row['cpu_ms']:.1f}",
        )
    console.print(table)
    for bar in found["bars"]:
        verdict = "met" if bar["met"] else "NOT met"
        console.print(
            f"{bar['level']}, {bar['clients']} clients, {bar['way']}: {bar['ratio']['value']:.2f} of {bar['against']} "
            f"(needed {bar['needed']:.2f}): {verdict}",
            highlight=False,
        )
    for check in found["cross_check"]:
        console.print(
            f"perf_analyzer: {check['level']}, {check['clients']} clients: {check['per_second']:.0f} a second, "
            f"p95 {check['p95_ms']:.1f} ms",
            highlight=False,
        )
    busy = found["contention"]["other_busy_cores"]
    if busy:
        console.print(
            f"Other programs kept {busy['median']:.2f} cores busy (up to {busy['max']:.2f}).", highlight=False
        )


def plot(found: Json, target: Path) -> None:
    """Throughput and the 95th percentile of latency against clients, a column a level."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    levels = list(dict.fromkeys(row["level"] for row in found["rows"]))
    every_way = list(dict.fromkeys(row["way"] for row in found["rows"]))
    colours = {way: f"C{number}" for number, way in enumerate(every_way)}
    figure, axes = plt.subplots(2, len(levels), figsize=(5.5 * len(levels), 7.5), squeeze=False, sharex=True)
    for column, level in enumerate(levels):
        rows = [row for row in found["rows"] if row["level"] == level]
        for way in dict.fromkeys(row["way"] for row in rows):
            of = [row for row in rows if row["way"] == way]
            clients = [row["clients"] for row in of]
            rates = [row["per_second"] for row in of]
            axes[0][column].plot(clients, [rate["value"] for rate in rates], marker="o", label=way, color=colours[way])
            low, high = [rate["low"] for rate in rates], [rate["high"] for rate in rates]
            axes[0][column].fill_between(clients, low, high, alpha=0.15, color=colours[way])
            axes[1][column].plot(clients, [row["latency_ms"]["p95"] for row in of], marker="o", color=colours[way])
        axes[0][column].set_title(TITLES.get(level, level))
        axes[0][column].set_ylim(bottom=0)
        axes[1][column].set_yscale("log")
        for row_of in axes:
            row_of[column].set_xscale("log", base=2)
            row_of[column].grid(alpha=0.3)
        every = sorted({row["clients"] for row in rows})
        axes[1][column].set_xticks(every, [str(value) for value in every])
        axes[1][column].set_xlabel("clients, each with one call in flight")
    axes[0][0].set_ylabel("calls a second")
    axes[1][0].set_ylabel("latency, 95th percentile (ms)")
    handles = {
        label: handle for axis in axes[0] for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
    }
    axes[0][-1].legend([handles[way] for way in every_way], every_way, fontsize=8)
    figure.tight_layout()
    figure.savefig(target, dpi=110)
    plt.close(figure)
