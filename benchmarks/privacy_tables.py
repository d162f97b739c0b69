"""The measured part of docs/privacy.md, from recorded results: for `figures.py`.

`unlinkability.json` in `benchmarks/results/faces` is of `template_unlinkability.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

from markdown_tables import Json, table, where


def render(results: Path) -> str:
    """Figures of linking estates; '' where none are recorded."""
    path = results / "faces" / "unlinkability.json"
    return _unlinkability(json.loads(path.read_text("utf-8"))) if path.is_file() else ""


def _unlinkability(record: Json) -> str:
    header = ("cosines", "genuine", "impostors", "AUROC (95 %)", "D_sys", "D_sys by chance (95 %)")
    rows = [
        (
            row["comparison"],
            str(row["genuine"]),
            str(row["impostors"]),
            f"{row['auroc']:.4f} ({row['auroc_low']:.4f} to {row['auroc_high']:.4f})",
            f"{row['d_sys']:.4f}",
            f"{row['chance']:.4f} ({row['chance_low']:.4f} to {row['chance_high']:.4f})",
        )
        for row in record["rows"]
    ]
    kept = record["protection"]
    known = [
        (str(one["known"]), str(one["linked"]), f"{one['auroc']:.4f}") for one in record["attack_with_known_pairs"]
    ]
    return "\n\n".join(
        (
            table(header, rows),
            f"{record['people']} people of LFW, {record['pairs_of_estates']} pairs of estates; D_sys of Gomez-Barrero et al. "
            "(2018; ISO/IEC 30136): 0 tells nothing, 1 tells who is who; noise alone gives what stands beside it. "
            f"Protection moves no cosine by more than {kept['largest_difference_of_cosines']:.1e}: "
            f"{kept['decisions_that_differ']} of {kept['decisions']} decisions differ. {where(record)}.",
            table(("people known in both estates, decrypted", "others", "AUROC of linking the others"), known),
        )
    )
