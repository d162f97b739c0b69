"""The measured part of docs/faces.md, from recorded results: for `figures.py`."""

from __future__ import annotations

import json
import math
from pathlib import Path

from markdown_tables import Json, rate, table, where


def render(results: Path) -> str:
    """Every section whose results are recorded."""

    def read(name: str) -> Json:
        found: Json = json.loads((results / name).read_text("utf-8"))
        return found

    parts = [
        _verification(read("face-verification.json")),
        _steps(read("faces/steps.json")),
        _identification(read("face-identification.json")),
        _robustness(read("face-robustness.json")),
        _quality(read("faces/quality.json")),
        _pad(read("face-pad.json")),
        _peers(read("faces/peers.json")),
    ]
    return "\n\n".join(parts)


def _verification(report: Json) -> str:
    details = report["details"]
    rows = [
        (f"{row['fmr']:.3g}", f"{row['fnmr']:.4f}", f"{row['low']:.4f} to {row['high']:.4f}", f"{row['threshold']:.4f}")
        for row in details["det"]
        if any(math.isclose(row["fmr"], mark) for mark in (1e-6, 1e-5, 1e-4, 1e-3, 1e-2))
    ]
    return (
        f"## Measured: 1:1\n\n{report['model']['name']} {report['model']['version']} on {report['data']['release']}: accuracy "
        f"{rate(report['metrics']['accuracy'])}, EER {rate(report['metrics']['eer'])}; "
        f"{details['impostor_pairs']:,} impostor and {details['genuine_pairs']:,} genuine pairs, "
        f"{details['failures_to_acquire']} of {details['images']:,} photos without a face. {where(report)}.\n\n"
        + table(("FMR", "FNMR", "95 %", "threshold"), rows)
    )


def _steps(record: Json) -> str:
    rows = []
    for group in record["groups"].values():
        for row in group:
            shares = " + ".join(n if s == 1 else f"{s:.2f} {n}" for n, s in row["shares"].items())
            metrics, fnir = row["metrics"], row["fnir_at_fpir_0.01"]
            line = (
                row["detector"],
                row["alignment"],
                shares,
                "yes" if row["flip"] else "no",
                str(row["bits"]),
                rate(metrics["accuracy"]),
                f"{metrics['tar_at_far_1e-3']['value']:.4f}",
                f"{metrics['eer']['value']:.4f}",
                "" if fnir is None else f"{fnir:.4f}",
                f"{row['detect_ms']:.1f}",
                f"{row['embed_ms']:.1f}",
            )
            if line not in rows:
                rows.append(line)
    header = (
        "detector",
        "alignment",
        "embedder",
        "flip",
        "bits",
        "accuracy",
        "TAR at FAR 1e-3",
        "EER",
        "FNIR",
        "detect ms",
        "embed ms",
    )
    bits = record["eight_bits"]
    return (
        f"## Measured: what each step brings\n\n{record['protocol']}, n = {record['n']}; {record['open_set']}; "
        f"{record['timing']}. {where(record)}.\n\n{table(header, rows)}\n\n"
        f"8 bits beside 32, at the bundle's threshold {bits['threshold']:.4f}: {bits['decided_alike']} of {bits['pairs']} pairs "
        f"decided alike, largest error of a score {bits['cosine_error']['max']:.4f}; the pairs decided otherwise lie within "
        f"{bits['farthest_from_threshold_among_differing']:.4f} of the threshold."
    )


def _identification(report: Json) -> str:
    details = report["details"]
    rows = [
        (
            f"{row['gallery_size']:,}",
            f"{row['fnir_at_fpir_0.01']:.4f}",
            f"{row['fnir_at_fpir_0.003']:.4f}",
            f"{row['rank_1']:.4f}",
            f"{row['threshold_0.01']:.4f}",
            f"{row['mated_probes']:.0f}",
            f"{row['non_mated_probes']:.0f}",
        )
        for row in details["by_gallery_size"]
    ]
    metrics = report["metrics"]
    return (
        f"## Measured: 1:N\n\n{details['gallery_size']:,} enrolled: FNIR {rate(metrics['fnir_at_fpir_0.01'])} at FPIR 0.01 with "
        f"one photo enrolled a person, {rate(metrics['fnir_at_fpir_0.01_photos_3'])} with up to three. A threshold from one half "
        f"of the strangers gives FPIR {metrics['fpir_planned_0.01']['value']:.4f} on the other. {where(report)}.\n\n"
        + table(
            (
                "enrolled",
                "FNIR at FPIR 0.01",
                "at 0.003",
                "rank 1",
                "threshold at 0.01",
                "mated probes",
                "non-mated probes",
            ),
            rows,
        )
    )


def _robustness(report: Json) -> str:
    rows = [
        (
            row["condition"].replace("_", " "),
            f"{row['level']:g} {row['unit']}".strip(),
            f"{row['fnmr']:.3f} ({row['fnmr_low']:.3f} to {row['fnmr_high']:.3f})",
            f"{row['fmr']:.1e}",
            f"{row['fta']:.3f}",
        )
        for row in report["details"]["curves"]
    ]
    return (
        f"## Measured: at the gate (simulated)\n\n{report['protocol']}, n = {report['n']} pairs; threshold "
        f"{report['thresholds']['fmr_clean']['value']:.4f}, {report['thresholds']['fmr_clean']['source']}. {where(report)}.\n\n"
        + table(("condition", "level", "FNMR", "FMR", "failure to acquire"), rows)
    )


def _quality(record: Json) -> str:
    named = [
        (row["condition"].replace("_", " "), f"{row['level']:g}", row["reason"], rate(row["named"]))
        for row in record["response"]["named"]
    ]
    clean = next(row for row in record["response"]["rows"] if row["condition"] == "clean")
    discard = record["error_discard"]
    at = next(i for i, share in enumerate(discard["discards"]) if math.isclose(share, 0.2))
    worst = [(name, f"{curve[0]:.4f}", f"{curve[at]:.4f}") for name, curve in discard["fnmr"].items()]
    return (
        f"## Measured: quality\n\nPhotos as they are refused for enrolment: {rate(clean['enrolment']['refused'])}, "
        f"n = {clean['photos']}. Degraded photos in which the reason is named: {where(record)}.\n\n"
        f"{table(('condition', 'level', 'reason', 'named'), named)}\n\n"
        f"Error against discard, {discard['genuine_pairs']} genuine pairs with {discard['errors']} errors at FMR {discard['fmr']:g}; "
        "a measure that tells of errors lowers FNMR.\n\n"
        + table(("component", "FNMR of all", "of the best 80 %"), worst)
    )


def _pad(report: Json) -> str:
    rows = [(name, rate(figure)) for name, figure in report["metrics"].items()]
    return (
        f"## Measured: presentation attacks (simulated)\n\n{report['protocol']}, n = {report['n']} presentations. "
        f"{where(report)}.\n\n{table(('metric', 'value'), rows)}"
    )


def _peers(record: Json) -> str:
    rows = [
        (
            row["what"],
            row["peer"],
            str(row["threads"]),
            f"{row['zhsq_ms']:.2f}",
            f"{row['peer_ms']:.2f}",
            f"{row['ratio']:.2f}" + ("" if row["low"] is None else f" ({row['low']:.2f} to {row['high']:.2f})"),
        )
        for row in record["rows"]
    ]
    accuracy = "; ".join(
        f"{name} {figure['accuracy']:.4f}, FTA {figure['fta']:.4f}" for name, figure in record["accuracy"].items()
    )
    return (
        f"## Measured: beside peers\n\nMedian milliseconds, one run; ratio above 1: zhsq is faster. Accuracy on the same "
        f"{record['pairs']} pairs: {accuracy}. {where(record)}.\n\n"
        + table(("what", "peer", "threads", "zhsq ms", "peer ms", "ratio"), rows)
    )
