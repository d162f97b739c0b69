"""Tests for `zhsq report` as a first user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhsq.commands.report import app


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path))
    monkeypatch.delenv("ZHSQ_DATABASE_URL", raising=False)

    def command(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == code, done.output
        return done.output

    return command


@pytest.mark.parametrize("report", ["property", "acceptance"])
def test_with_no_argument_on_an_empty_store_it_says_what_to_do(run, tmp_path: Path, report: str) -> None:
    told = run(report)
    assert "no estate yet" in told or "no estate in the store yet" in told
    assert f"zhsq report {report} --demo" in told
    assert len(list((tmp_path / "reports").glob(f"{report}*.html"))) == 1


def test_the_demonstration_shows_every_part_and_says_that_it_is_none(run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = run("property", "--demo", "--out", str(out), "--json", str(tmp_path / "p.json"))
    assert "演示数据" in told
    found = json.loads((tmp_path / "p.json").read_text())
    estate = found["estates"][0]
    total = estate["handled"][0]
    assert found["demonstration"] and total["alerts"] > 15 and total["false_alarms"]["count"] > 0
    assert total["acknowledge"]["median_low_s"] < total["acknowledge"]["median_s"] < total["acknowledge"]["p90_s"]
    assert any(device["gaps"] for device in estate["devices"])
    assert {path.suffix for path in out.iterdir()} == {".html", ".csv"}
    told = run("acceptance", "--demo", "--out", str(out), "--json", str(tmp_path / "a.json"))
    report = json.loads((tmp_path / "a.json").read_text())
    assert {"met", "not-met", "not-measured"} == {item["verdict"] for item in report["items"]}
    assert "not ready" in told and "zhsq privacy assessment" in told


def test_what_it_prints_is_where_a_site_begins(run, tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(run("profile"), encoding="utf-8")
    assert "not a standard" in run("requirements")
    done = CliRunner().invoke(app, ["acceptance", "--profile", str(site)])
    assert "There is no estate named 'demo'" in str(done.exception)
