"""The measured part of docs/serving.md, from what `serve_load.py` and `face_gallery.py` recorded: for `figures.py`."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, rate, table, where

_CALLS = {"verify": "verify: two photos", "identify": "identify: one photo", "read": "read: one crop of a plate"}


def render(results: Path) -> str:
    """Bars, overhead of a call, load, and the search of a large gallery; '' when nothing was recorded."""
    parts = []
    load, gallery = results / "serving" / "load.json", results / "serving" / "gallery.json"
    if load.is_file():
        record = json.loads(load.read_text("utf-8"))
        parts += [_bars(record), _overhead(record), _load(record)]
    if gallery.is_file():
        parts.append(_gallery(json.loads(gallery.read_text("utf-8"))))
    return "\n\n".join(parts)


def _bars(record: Json) -> str:
    rows = [
        (what, bar["needed"], f"{bar['measured']:.3g}", "yes" if bar["met"] else "**no**")
        for what, bar in record["bars"].items()
    ]
    busy = record["machine"]["busy_cores"]
    about = (
        f"{where(record)}. Pictures: {'; '.join(record['data']['sources'])}. Cores busy meanwhile, this benchmark and other "
        f"programs together: {'unknown' if busy is None else f'{busy:.2f}'}; load average at the end "
        f"{record['machine']['load_1_min']:.1f}."
    )
    return "\n\n".join(("### Needed, and measured", table(("bar", "needed", "measured", "met"), rows), about))


def _overhead(record: Json) -> str:
    rows = [
        (
            _CALLS[kind],
            str(row["n"]),
            f"{row['api_ms']['p50']:.1f}",
            f"{row['bare_ms']['p50']:.1f}",
            rate(row["ratio_p50"], 2),
            f"{row['api_cpu_ms']:.1f}",
            f"{row['bare_cpu_ms']:.1f}",
        )
        for kind, row in record["overhead"].items()
    ]
    header = ("call", "n", "API p50 ms", "bare p50 ms", "ratio (95 %)", "CPU ms of the API", "CPU ms bare")
    about = (
        "One client; API and bare models by turns on the same pictures. Bare: decode and the bundle's pipeline, in process. "
        "On a machine that is busy otherwise, look at CPU ms."
    )
    return "\n\n".join(("### What a call costs more", table(header, rows), about))


def _load(record: Json) -> str:
    under = record["load"]
    rows = [
        (kind, f"{row['n']:,}", *(f"{row[q]:.0f}" for q in ("p50", "p95", "p99", "max")))
        for kind, row in under["latency_ms"].items()
    ]
    ratio, memory = under["ratio_throughput"], under["memory"]
    growth = memory["kib_per_call"]
    about = (
        f"{under['clients']} clients that never pause, {under['seconds']:.0f} s in {under['rounds']} rounds: "
        f"{under['per_second']:.1f} calls a second, {rate(ratio, 2)} of the bare "
        f"models' {under['bare_per_second']:.1f} from {under['bare_threads']} threads between the rounds; the clients take "
        f"their CPU time from the same cores. {under['failed']} failed. Memory of the process: {memory['mib_warm']:.0f} MiB "
        f"once warm (behind {under['lead_s']:.0f} s of load), {memory['mib_last']:.0f} at the end, {growth['value']:+.2f} KiB a "
        f"call ({growth['low']:+.2f} to {growth['high']:+.2f})."
    )
    header = ("calls", "n", "p50 ms", "p95 ms", "p99 ms", "max ms")
    return "\n\n".join(("### Under load", table(header, rows), about))


def _gallery(record: Json) -> str:
    rows = [
        (
            row["what"],
            f"{row['median_ms']:.2f}",
            f"{row['p95_ms']:.2f}",
            rate(row["ratio_to_faiss"], 2),
        )
        for row in record["search"]
    ]
    built, met = record["rebuild"], "met" if record["met"] else "**not met**"
    about = (
        f"{record['people']:,} people, {record['dim']} components, one thread, {record['queries']} probes by turns. Needed: at "
        f"most {record['most_ms']:g} ms, and no slower than faiss-cpu's exact float16 index: {met}. The service's gallery is "
        f"read from the store, checked, decrypted and indexed in {built['seconds']:.1f} s; it takes {built['mib']:.0f} MiB. "
        f"{where(record)}."
    )
    return "\n\n".join(
        ("### Identify among many", table(("search", "median ms", "p95 ms", "of faiss (95 %)"), rows), about)
    )
