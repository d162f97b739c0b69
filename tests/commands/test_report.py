"""Tests for `zhsq report` as a first user runs it."""

from __future__ import annotations

import io
import json
import os
import re
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
    files = sorted(path.suffix for path in (tmp_path / "reports").glob(f"{report}*"))
    assert files == [".csv", ".csv", ".html"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both reports of the demonstration, as pages, tables and JSON."""
    out = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHSQ_HOME", str(out / "home"))
        for report in ("property", "acceptance"):
            arguments = [report, "--demo", "--out", str(out), "--json", str(out / f"{report}.json")]
            done = CliRunner().invoke(app, arguments)
            assert done.exit_code == 0, done.output
            (out / f"{report}.txt").write_text(done.output, encoding="utf-8")
    return out


def test_the_demonstration_shows_every_part_and_says_that_it_is_none(demo: Path) -> None:
    assert "演示数据" in (demo / "property.txt").read_text("utf-8")
    found = json.loads((demo / "property.json").read_text("utf-8"))
    estate = found["estates"][0]
    total = estate["handled"][0]
    assert found["demonstration"] and total["alerts"] > 15 and total["false_alarms"]["count"] > 0
    assert total["acknowledge"]["median_low_s"] < total["acknowledge"]["median_s"] < total["acknowledge"]["p90_s"]
    assert any(device["gaps"] for device in estate["devices"])
    report = json.loads((demo / "acceptance.json").read_text("utf-8"))
    assert {"met", "not-met", "not-measured"} == {item["verdict"] for item in report["items"]}
    told = (demo / "acceptance.txt").read_text("utf-8")
    assert "not ready" in told and "zhsq privacy assessment" in told
    assert len(list(demo.glob("*.csv"))) == 5


@pytest.mark.parametrize("report", ["property", "acceptance"])
def test_a_browser_shows_and_prints_the_page(demo: Path, browser, report: str) -> None:
    """ZHSQ_PICTURES=docs/images makes the pictures of docs/reports.md."""
    (path,) = demo.glob(f"{report}-*.html")
    page = browser.new_page(viewport={"width": 1000, "height": 760})
    faults: list[str] = []
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    for width in (390, 1000):
        page.set_viewport_size({"width": width, "height": 760})
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width, "no sideways scroll"
        assert page.get_by_role("heading", level=1).count() == 1 and page.get_by_role("table").count() >= 2
    if folder := os.environ.get("ZHSQ_PICTURES"):
        _keep(page.screenshot(), Path(folder) / f"report-{report}.png")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 within its margins, in CSS pixels
    assert page.evaluate("document.documentElement.scrollWidth") == 703, "nothing is cut off on paper"
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF") and 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
    assert faults == []
    page.close()


def _keep(picture: bytes, path: Path) -> None:
    """With few colours: it is of text and tables."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(64).save(path, optimize=True)


def test_what_it_prints_is_where_a_site_begins(run, tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(run("profile"), encoding="utf-8")
    assert "not a standard" in run("requirements")
    done = CliRunner().invoke(app, ["acceptance", "--profile", str(site)])
    assert "There is no estate named 'demo'" in str(done.exception)
