"""Matching a read against registered plates beside a plain numpy scan of all of them, in one run and on one thread.

    .venv/bin/python benchmarks/plate_match.py [--json F] [--sizes 100 1000 10000 100000 1000000] [--queries 1000]

Registers and reads are seeded and made: 70 % of the plates of one office, as an estate's are, so that many are alike;
each read is of a registered plate or (every fourth) of a stranger's. Kinds of read: 'sure', every place at 0.99;
'doubtful', three places shared between two or three symbols; 'unread', three places of which nothing is known.
A query is everything behind the read: confusion model, grammar, search, decision. The scan is the same,
without the decision, and for each plate takes the product of its eight probabilities from the table. Both must name the same plates
in the same order, or the run fails. Latencies are of single queries, the two in turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table as Drawn
from threadpoolctl import threadpool_limits

from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import ALNUM, DIGITS, LETTERS, PLACES, PROVINCES, classify, is_plate, random_plate
from zhsq.models.plate.index import PLAUSIBLE, SLIGHTEST, PlateIndex
from zhsq.models.plate.lattice import condition
from zhsq.models.plate.matching import CANDIDATES, match
from zhsq.models.plate.types import COLUMN, Character, PlateRead, Table, codes_of, table_of
from zhsq.protocols.report import hardware, versions

KINDS = ("sure", "doubtful", "unread")


@dataclass(frozen=True)
class Row:
    """One kind of read on one register; milliseconds of one query, one thread."""

    plates: int
    kind: str
    queries: int
    median_ms: float
    p99_ms: float
    #: of the search alone, without confusion model, grammar and decision.
    search_median_ms: float
    search_p99_ms: float
    scan_median_ms: float
    #: median of the scan's query / median of ours; above 1 is faster.
    times_as_fast: float
    bytes: int
    build_s: float
    #: one plate added and removed.
    change_ms: float


def register(n: int, rng: np.random.Generator) -> list[str]:
    """n different plates, 70 % of the office 皖A, of which new-energy plates one in five."""
    made: dict[str, None] = {}
    while len(made) < n:
        left = n - len(made)
        digits = rng.choice(list(DIGITS), (left, 6))
        symbols = rng.choice(list(ALNUM), (left, 2))
        for row, pair in zip(digits, symbols, strict=True):
            office = "皖A" if rng.random() < 0.7 else str(rng.choice(list(PROVINCES)) + rng.choice(list(LETTERS)))
            serial = "D" + "".join(row[:5]) if rng.random() < 0.2 else pair[0] + "".join(row[:3]) + pair[1]
            made[office + serial] = None
    return list(made)


def read(text: str, kind: str, rng: np.random.Generator) -> PlateRead:
    """A read of a plate."""
    characters = [Character(symbol, 0.99) for symbol in text]
    if kind != "sure":
        for place in rng.choice(len(text), 3, replace=False):
            symbol = text[place]
            alike = PROVINCES if symbol in PROVINCES else DIGITS if symbol in DIGITS else LETTERS
            others = [str(s) for s in rng.choice(list(alike), 2, replace=False) if s != symbol]
            rivals = tuple((other, float(rng.uniform(0.05, 0.25))) for other in others)
            characters[place] = Character(symbol, 0.5 if kind == "doubtful" else 1 / 73, rivals * (kind == "doubtful"))
    weakest = min(character.confidence for character in characters)
    table = table_of(characters)
    return PlateRead(text, tuple(characters), weakest, classify(text), "unknown", (), table)


def learned(rng: np.random.Generator) -> Confusion:
    """A confusion model as a reader's would be, estimated on 500 made reads of which 2 % of symbols are wrong."""
    truths = [random_plate("blue", rng) for _ in range(500)]
    tables = []
    for truth in truths:
        said = [str(rng.choice(list(ALNUM))) if i > 1 and rng.random() < 0.02 else s for i, s in enumerate(truth)]
        tables.append(table_of([Character(s, 0.99) for s in said]))
    return Confusion.estimate(np.stack(tables), truths)


def scanner(plates: list[str]) -> Callable[[Table], list[str]]:
    """The plain way: every plate's product."""
    codes = np.stack([codes_of(plate) for plate in plates]).astype(np.intp)
    flat = codes + np.arange(PLACES) * (1 + max(COLUMN.values()))

    def search(adjusted: NDArray[np.float64]) -> list[str]:
        seen = condition(adjusted)
        if seen.total <= 0:
            return []
        chosen = seen.table.reshape(-1)[flat]
        likelihood = chosen.prod(axis=1) / seen.total
        rows = np.flatnonzero((likelihood >= SLIGHTEST) & (chosen.min(axis=1) >= PLAUSIBLE))
        order = sorted(rows.tolist(), key=lambda i: (-likelihood[i], plates[i]))
        return [plates[i] for i in order[:CANDIDATES]]

    return search


def measure(size: int, queries: int, seed: int = 0) -> list[Row]:
    """Time every kind of read on a register of so many plates.

    Raises:
        ValueError: the index and the scan name different plates.
    """
    rng = np.random.default_rng([size, seed])
    plates = register(size, rng)
    started = time.perf_counter()
    index = PlateIndex(plates)
    build = time.perf_counter() - started
    confusion, scan = learned(rng), scanner(plates)
    rounds = 200
    started = time.perf_counter()
    for _ in range(rounds):
        index.remove(plates[0])
        index.add(plates[0])
    change = (time.perf_counter() - started) / rounds * 1000
    rows = []
    for kind in KINDS:
        ours, alone, plain = [], [], []
        scans = max(20, min(queries, 20_000_000 // size))
        for i in range(-5, queries):  # five to warm up
            text = random_plate("blue", rng) if i % 4 == 0 else plates[rng.integers(size)]
            seen = read(text, kind, rng)
            start = time.perf_counter()
            found = match(seen, index, accept=0.9, margin=1.0, confusion=confusion)
            took = time.perf_counter() - start
            posterior = condition(confusion.apply(seen.table))
            start = time.perf_counter()
            index.search(posterior, CANDIDATES)
            searched = time.perf_counter() - start
            if i < 0:
                continue
            ours.append(took * 1000)
            alone.append(searched * 1000)
            if i < scans:
                start = time.perf_counter()
                expected = scan(confusion.apply(seen.table))
                plain.append((time.perf_counter() - start) * 1000)
                if is_plate(text) and [c.plate for c in found.candidates] != expected:
                    raise ValueError(f"{text}: {[c.plate for c in found.candidates]} is not {expected}")
        rows.append(
            Row(
                plates=size,
                kind=kind,
                queries=queries,
                median_ms=float(np.median(ours)),
                p99_ms=float(np.percentile(ours, 99)),
                search_median_ms=float(np.median(alone)),
                search_p99_ms=float(np.percentile(alone, 99)),
                scan_median_ms=float(np.median(plain)),
                times_as_fast=float(np.median(plain) / np.median(ours)),
                bytes=index.nbytes,
                build_s=build,
                change_ms=change,
            )
        )
    return rows


def table(rows: list[Row]) -> Drawn:
    """The rows as a table, one section per register."""
    drawn = Drawn(title="One query, one thread, milliseconds")
    for name in ("plates", "read", "median", "p99", "search median", "search p99", "scan median", "times as fast"):
        drawn.add_column(name, justify="right")
    for name in ("MB", "build s", "change ms"):
        drawn.add_column(name, justify="right")
    for i, row in enumerate(rows):
        if i and row.plates != rows[i - 1].plates:
            drawn.add_section()
        figures = (row.median_ms, row.p99_ms, row.search_median_ms, row.search_p99_ms, row.scan_median_ms)
        drawn.add_row(
            f"{row.plates:,}",
            row.kind,
            *(f"{figure:.3f}" for figure in figures),
            f"{row.times_as_fast:.1f}",
            f"{row.bytes / 1e6:.2f}",
            f"{row.build_s:.2f}",
            f"{row.change_ms:.3f}",
        )
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the rows, with hardware and versions")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=1000)
    given = parser.parse_args()
    with threadpool_limits(1):
        rows = [row for size in given.sizes for row in measure(size, given.queries)]
    Console(width=None if sys.stdout.isatty() else 150).print(table(rows))
    if given.json:
        made = {
            "command": " ".join(["python", *sys.argv]),
            "data": " ".join((__doc__ or "").split("\n\n")[2].split()),
            "threads": 1,
            "hardware": hardware(),
            "versions": versions(),
            "rows": [asdict(row) for row in rows],
        }
        given.json.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
