"""The measured part of docs/plates.md: a section for what is recorded, none for what isn't, old records too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
with pytest.MonkeyPatch.context() as patch:  # scripts, and no part of the package
    patch.syspath_prepend(ROOT / "benchmarks")
    import plate_tables

RATE = {"value": 0.5, "low": 0.25, "high": 0.75}
RUN = {"hardware": {"cores": "2", "cpu": "C"}, "command": "zhsq bench"}
GROUP = {"n": 4, "right": 2, **RATE}


def report(task: str, model: str, metrics: dict[str, Any], **details: Any) -> dict[str, Any]:
    return {
        "task": task,
        "data": {"name": "d", "release": "r", "root": "/"},
        "protocol": "p-v1",
        "model": {"name": model, "version": "1.0.0", "sha256": ""},
        "n": 4,
        "metrics": metrics,
        "thresholds": {"accept": {"value": 0.903, "source": "rule on split"}},
        "details": details,
        **RUN,
    }


def reading(model: str) -> dict[str, Any]:
    return report(
        "plate-reading",
        model,
        {"exact_match": RATE, "cer": RATE, "ece": RATE},
        by_class={"blue": GROUP},
        by_province={"皖": GROUP},
        by_position=[{"position": 1, "right": 2, "n": 4, **RATE}],
        confusions=[{"truth": "0", "read": "D", "n": 3}, {"truth": "1", "read": "", "n": 1}],
    )


def save(folder: Path, name: str, record: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(record), encoding="utf-8")


def test_nothing_recorded_gives_nothing(tmp_path: Path) -> None:
    assert plate_tables.render(tmp_path) == ""


def test_readers_stand_beside_each_other_the_default_first(tmp_path: Path) -> None:
    save(tmp_path, "plate-reading.json", reading("default"))
    save(tmp_path / "plates", "plate-reading-own.json", reading("own"))
    text = plate_tables.render(tmp_path)
    rows = [line for line in text.splitlines() if line.startswith(("| default", "| own"))]
    rated = "0.5000 (0.2500 to 0.7500)"
    # what was not measured stays empty: error among accepted, share to review, area
    assert rows[0] == f"| default 1.0.0 on d | 4 | {rated} | {rated} |  |  |  | {rated} | 0.903 |"
    assert rows[1].startswith("| own 1.0.0 on d")
    assert text.count("- rule on split") == 1
    assert f"| province | 皖 | 4 | {rated} |" in text and "| 0 | D | 3 |" in text and "| 1 | (lost) | 1 |" in text
    assert "## Measured: end to end" not in text


def test_both_rules_for_photos_have_a_column(tmp_path: Path) -> None:
    metrics = {"exact_match": RATE, "exact_match_text": {"value": 0.75, "low": 0.5, "high": 1.0}}
    save(tmp_path, "plate-end-to-end.json", report("plate-end-to-end", "default", metrics, by_kind={"blue": GROUP}))
    (row,) = [line for line in plate_tables.render(tmp_path).splitlines() if line.startswith("| default")]
    assert "| 0.5000 (0.2500 to 0.7500) | 0.7500 (0.5000 to 1.0000) |" in row
    assert row.endswith("| blue 2 of 4 |")


def test_peers_and_those_that_could_not_be_had_are_named(tmp_path: Path) -> None:
    part = {
        "data": {"name": "d", "release": "r"},
        "n": 4,
        "rows": [
            {
                "title": "Peer 1.0",
                "batch": 1,
                "per_second": RATE,
                "exact_match": RATE,
                "exact_match_o_i_as_digits": {**RATE, "value": 0.75},
                "peak_mib": None,
                "note": "as packaged",
            }
        ],
        "comparisons": [
            {"ours": "zhsq", "peer": "peer", "at": "one at a time", "ratio": RATE, "needed": 5, "met": False}
        ],
    }
    record = {"crops": part, "photos": part, "skipped": {"absent": "no network"}, "statistics": "medians", **RUN}
    save(tmp_path / "plates", "peers.json", record)
    text = plate_tables.render(tmp_path)
    assert "| Peer 1.0 | 1 | 0.5 (0.2 to 0.8) | 0.5000 (0.2500 to 0.7500) | 0.7500 |  |" in text
    assert "- Peer 1.0: as packaged" in text
    assert "| zhsq | peer | one at a time | 0.50 (0.25 to 0.75) | 5: not met |" in text
    assert "- absent: no network" in text


def test_a_register_has_a_row_a_size(tmp_path: Path) -> None:
    row = {"plates": 100_000, "p50_ms": 0.123456, "ratio": RATE}
    save(tmp_path / "plates", "match.json", {"rows": [row], **RUN})
    text = plate_tables.render(tmp_path)
    assert "| plates | p50 ms | ratio |" in text
    assert "| 100,000 | 0.1235 | 0.50 (0.25 to 0.75) |" in text


def test_what_is_recorded_can_be_rendered() -> None:
    text = plate_tables.render(ROOT / "benchmarks" / "results")
    assert "## Measured: reading of crops" in text and "## Measured: end to end" in text
