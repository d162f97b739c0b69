"""The leaderboard: current, whole, and each row with the command that made it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from zhsq.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
with pytest.MonkeyPatch.context() as patch:  # scripts, and no part of the package
    patch.syspath_prepend(ROOT / "benchmarks")
    import leaderboard


@pytest.mark.parametrize(("name", "write"), [("md", leaderboard.markdown), ("html", leaderboard.page)])
def test_the_page_is_that_of_the_recorded_results(name: str, write: Any) -> None:
    page = ROOT / "benchmarks" / f"leaderboard.{name}"
    assert write() == page.read_text("utf-8"), "run: python benchmarks/figures.py"


def test_each_row_names_a_command_that_exists_an_interval_that_holds_the_value_and_a_licence() -> None:
    for row in leaderboard.rows():
        program, name, *rest = row.command.split()
        assert (program == "zhsq" and name in COMMANDS) or (program == "python" and (ROOT / name).is_file()), row
        assert "--json" in rest and (ROOT / rest[-1]).is_file()
        low, value, high = (row.figure[key] for key in ("low", "value", "high"))
        assert low - 1e-9 <= value <= high + 1e-9, row
        assert row.n > 0 and row.hardware and row.licence and row.data and row.protocol


def test_every_report_that_is_recorded_has_rows_the_best_value_first() -> None:
    rows = leaderboard.rows()
    named = {row.command for row in rows}
    assert {report["command"] for report in leaderboard.reports()} <= named
    reading = [row.figure["value"] for row in rows if (row.task, row.metric) == ("plate-reading", "exact_match")]
    assert len(reading) > 2 and reading == sorted(reading, reverse=True)
    errors = [row.figure["value"] for row in rows if (row.task, row.metric) == ("plate-reading", "cer")]
    assert errors == sorted(errors)


def test_a_changed_result_makes_the_page_stale(tmp_path: Path) -> None:
    copy = tmp_path / "results"
    shutil.copytree(leaderboard.RESULTS, copy)
    report = json.loads((copy / "plate-reading.json").read_text("utf-8"))
    report["metrics"]["exact_match"]["value"] = 0.1234
    (copy / "plate-reading.json").write_text(json.dumps(report), encoding="utf-8")
    assert leaderboard.markdown(copy) != leaderboard.markdown()
    assert "0.1234" in leaderboard.page(copy)


def test_weights_that_may_not_be_deployed_are_marked(tmp_path: Path) -> None:
    copy = tmp_path / "results"
    shutil.copytree(leaderboard.RESULTS, copy)
    path = copy / leaderboard.LICENCES
    licences = json.loads(path.read_text("utf-8"))
    for entry in licences.values():
        entry["weights"] = [{**item, "spdx": "CC-BY-NC-4.0", "deployable": False} for item in entry["weights"]]
    path.write_text(json.dumps(licences), encoding="utf-8")
    ours = [row for row in leaderboard.rows(copy) if row.deployable is not None]
    assert ours and not any(row.deployable for row in ours)
    assert "not deployable: CC-BY-NC-4.0" in leaderboard.markdown(copy)


def test_licences_of_a_bundle_that_is_nowhere_are_asked_for(tmp_path: Path) -> None:
    copy = tmp_path / "results"
    shutil.copytree(leaderboard.RESULTS, copy)
    recorded = json.loads((copy / leaderboard.LICENCES).read_text("utf-8"))
    assert leaderboard.read_licences([], copy) == recorded, "what is recorded stays, without the bundles"
    lost = next(sha for sha, entry in recorded.items() if entry["name"] == "face-fused")
    (copy / leaderboard.LICENCES).write_text(json.dumps({k: v for k, v in recorded.items() if k != lost}), "utf-8")
    with pytest.raises(SystemExit, match=f"No bundle was found of: face-fused {lost[:12]}"):
        leaderboard.read_licences([tmp_path], copy)
    with pytest.raises(SystemExit, match=rf"No licence of face-fused {lost[:12]} is recorded: .* --bundles"):
        leaderboard.rows(copy)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_in_a_real_browser(browser: Any, width: int) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 800})
    opened.goto((ROOT / "benchmarks" / "leaderboard.html").as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.get_by_role("heading", name="plate-reading").is_visible()
    opened.close()
