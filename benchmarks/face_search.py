"""Exact 1:N search beside faiss-cpu and numpy: time, memory and recall, in one run on the same vectors and threads.

    .venv/bin/python benchmarks/face_search.py [--json F] [--threads 1 2] [--sizes 1000 10000 100000] [--dims 128 256 512]

The vectors are seeded and made, not real: what a scan costs does not depend on them, but how many rows an exact search
must look at twice does, so they are made as face templates are: components of falling variance (a power law) under a
random rotation (what the template protection applies), people in families of four whose members are about 0.36 alike,
half of the probes another photo of an enrolled person (cosine about 0.75), half strangers.

Needs faiss-cpu, which is a peer here and nowhere else. Engines are timed in turn, query by query, with a pause between:
libgomp's threads spin for a while after a search of faiss, and would take a core from whoever comes next.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from zhsq.protocols.report import hardware, versions
from zhsq.serve.matching.index import ExactIndex

K = 10
FAMILY = 4
PAUSE = 0.004
BASELINE = "faiss SQ float16"
Vectors = NDArray[np.float32]
Search = Callable[[Vectors], NDArray[np.int64]]


@dataclass(frozen=True)
class Row:
    """One engine on one gallery. Times are wall-clock milliseconds per query: of a batch, a batch's time / its size."""

    engine: str
    templates: int
    dim: int
    batch: int
    threads: int
    median_ms: float
    p95_ms: float
    #: median / the median of faiss's float16 scalar-quantised index in the same turn; below 1 is faster.
    ratio_to_faiss_fp16: float
    bytes: int
    #: share of the true top 10 (float64 brute force) that was returned.
    recall_at_10: float


def people(templates: int, dim: int, probes: int, seed: int = 0) -> tuple[Vectors, Vectors]:
    """A gallery (templates, dim) and probes (probes, dim), half of them of enrolled people; unit vectors, float32."""
    rng = np.random.default_rng(seed)
    spectrum = (1 + np.arange(dim) / (dim / 8)) ** -0.5
    rotation = np.linalg.qr(rng.standard_normal((dim, dim)))[0].astype(np.float32)

    def draw(n: int) -> Vectors:
        return _unit((rng.standard_normal((n, dim), np.float32) * spectrum).astype(np.float32) @ rotation)

    def enrol(n: int) -> Vectors:
        families = np.repeat(draw(-(-n // FAMILY)), FAMILY, axis=0)[:n]
        return _unit(0.6 * families + 0.8 * draw(n))

    gallery = enrol(templates)
    known = gallery[rng.integers(0, templates, probes // 2)]
    mated = _unit(0.75 * known + 0.66 * draw(len(known)))
    both = np.concatenate([mated, enrol(probes - len(known))])
    return gallery, both[rng.permutation(probes)]


def measure(
    threads: int,
    sizes: Sequence[int] = (1_000, 10_000, 100_000),
    dims: Sequence[int] = (128, 256, 512),
    batches: Sequence[int] = (1, 32),
    probes: int = 64,
    rounds: int = 100,
    seed: int = 0,
) -> list[Row]:
    """Time every engine on every gallery.

    Args:
        threads: of every engine.
        sizes: templates in the gallery.
        dims: components of a template.
        batches: queries in a call.
        probes: different queries, used in turn.
        rounds: calls of each engine with one query; with batches a quarter of it.
        seed: of the vectors.
    """
    rows: list[Row] = []
    faiss.omp_set_num_threads(threads)
    with threadpool_limits(threads):
        for dim in dims:
            for size in sizes:
                gallery, queries = people(size, dim, max(probes, *batches), seed)
                truth = np.argsort(-(gallery.astype(np.float64) @ queries.T.astype(np.float64)), axis=0)[:K].T
                engines = _engines(gallery, threads)
                for batch in batches:
                    rows += _time(engines, queries, truth, batch, rounds if batch == 1 else -(-rounds // 4), threads)
    return rows


def _engines(gallery: Vectors, threads: int) -> dict[str, tuple[Search, int]]:
    """Each engine's search and the bytes it holds."""
    size, dim = gallery.shape
    found: dict[str, tuple[Search, int]] = {}
    for precision in ("int8", "float16", "float32"):
        index = ExactIndex(gallery, precision, threads)  # type: ignore[arg-type]
        found[f"zhsq {precision}"] = (lambda q, index=index: index.search(q, K)[1]), index.nbytes  # type: ignore[misc]
    quantizer = faiss.ScalarQuantizer
    for name, peer in (
        ("faiss flat", faiss.IndexFlatIP(dim)),
        (BASELINE, faiss.IndexScalarQuantizer(dim, quantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)),
        ("faiss SQ int8", faiss.IndexScalarQuantizer(dim, quantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)),
    ):
        peer.train(gallery)
        peer.add(gallery)
        found[name] = (lambda q, peer=peer: peer.search(q, K)[1]), peer.sa_code_size() * size  # type: ignore[misc]

    def brute(queries: Vectors) -> NDArray[np.int64]:
        scores = queries @ gallery.T
        top = np.argpartition(scores, size - K, axis=1)[:, size - K :]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1)
        return np.take_along_axis(top, order, axis=1)

    found["numpy float32"] = brute, gallery.nbytes
    return found


def _time(
    engines: dict[str, tuple[Search, int]],
    queries: Vectors,
    truth: NDArray[np.int64],
    batch: int,
    rounds: int,
    threads: int,
) -> list[Row]:
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    hits = dict.fromkeys(engines, 0)
    for turn in range(-3, rounds):  # three to warm up
        chosen = np.arange(turn * batch, (turn + 1) * batch) % len(queries)
        asked = np.ascontiguousarray(queries[chosen])
        for name, (search, _) in engines.items():
            time.sleep(PAUSE)
            start = time.perf_counter()
            rows = search(asked)
            took = time.perf_counter() - start
            if turn >= 0:
                seconds[name].append(took)
                hits[name] += sum(
                    len(set(a) & set(b)) for a, b in zip(rows.tolist(), truth[chosen].tolist(), strict=True)
                )
    per_query = {name: np.array(values) * 1000 / batch for name, values in seconds.items()}
    baseline = float(np.median(per_query[BASELINE]))
    size = engines["numpy float32"][1] // (4 * queries.shape[1])
    return [
        Row(
            engine=name,
            templates=size,
            dim=queries.shape[1],
            batch=batch,
            threads=threads,
            median_ms=float(np.median(values)),
            p95_ms=float(np.percentile(values, 95)),
            ratio_to_faiss_fp16=float(np.median(values)) / baseline,
            bytes=engines[name][1],
            recall_at_10=hits[name] / (rounds * batch * K),
        )
        for name, values in per_query.items()
    ]


def _unit(vectors: NDArray[Any]) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def table(rows: list[Row]) -> Table:
    """The rows as a table, one section per gallery and batch."""
    drawn = Table(title="Top 10 by dot product; milliseconds per query")
    for name in ("templates", "dim", "batch", "threads"):
        drawn.add_column(name, justify="right")
    drawn.add_column("engine")
    for name in ("median", "p95", "to faiss fp16", "MB", "recall@10"):
        drawn.add_column(name, justify="right")
    before: tuple[int, ...] = ()
    for row in rows:
        key = (row.templates, row.dim, row.batch, row.threads)
        if before and key != before:
            drawn.add_section()
        drawn.add_row(
            *(f"{part:,}" if key != before else "" for part in key),
            row.engine,
            f"{row.median_ms:.3f}",
            f"{row.p95_ms:.3f}",
            f"{row.ratio_to_faiss_fp16:.2f}",
            f"{row.bytes / 1e6:.1f}",
            f"{row.recall_at_10:.4f}",
        )
        before = key
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the rows, with hardware and versions")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--dims", type=int, nargs="+", default=[128, 256, 512])
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    rows = [row for n in given.threads for row in measure(n, given.sizes, given.dims, rounds=given.rounds)]
    Console(width=None if sys.stdout.isatty() else 120).print(table(rows))
    if given.json:
        made = {
            "command": " ".join(["python", *sys.argv]),
            "data": " ".join((__doc__ or "").split("\n\n")[2].split()),
            "hardware": hardware(),
            "versions": {**versions(), **{name: version(name) for name in ("numkong", "faiss-cpu")}},
            "rows": [asdict(row) for row in rows],
        }
        given.json.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
