"""Tests for the performance report: over the API, as page and as tables."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from zhsq.serve.reporting import document
from zhsq.serve.reporting.document import BOM, Bi, Column, Document, Table, csv_text, html
from zhsq.serve.reporting.handling import Share
from zhsq.serve.reporting.period import period
from zhsq.serve.reporting.property import retention
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import now

EMPTY = Bi("无", "none")


def test_the_property_role_reads_its_own_estate_s_report(client, operator) -> None:
    event = {
        "id": "1",
        "source": "/x",
        "type": "fire",
        "data": {"estate": "east", "device": "d", "kind": "smoke", "value": 1},
    }
    raised = operator.post("/v1/events", json=event).json()["alerts"][0]
    operator.post(f"/v1/alerts/{raised}/acknowledge")
    operator.post(f"/v1/alerts/{raised}/dismiss", json={"note": "steam"})
    mine = client("property", "east")
    found = mine.get("/v1/estates/east/reports/property").json()
    handled = found["estates"][0]["handled"][0]
    assert (handled["alerts"], handled["dismissed"], handled["false_alarms"]["count"]) == (1, 1, 1)
    assert [device["device"] for device in found["estates"][0]["devices"]] == ["d"]
    page = mine.get("/v1/estates/east/reports/property", params={"format": "html"})
    assert page.headers["content-type"].startswith("text/html") and "物业绩效报告" in page.text
    table = mine.get("/v1/estates/east/reports/property", params={"format": "csv", "table": "devices"})
    assert table.text.startswith(BOM) and "attachment" in table.headers["content-disposition"]
    assert mine.get("/v1/estates/west/reports/property").status_code == 404


def test_a_time_that_is_none_is_the_caller_s_error(operator) -> None:
    answer = operator.get("/v1/estates/east/reports/property", params={"month": "2026-99"})
    assert answer.status_code == 422 and answer.json()["code"] == "invalid-request"


def test_the_page_loads_nothing_and_runs_nothing(operator) -> None:
    page = operator.get("/v1/estates/east/reports/property", params={"format": "html"}).text
    for sign in ("<script", "http://", "https://", "src=", "@import", "url("):
        assert sign not in page


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_a_table_for_excel_holds_no_formula(text: str) -> None:
    table = Table("t", EMPTY, [Column(Bi("名", "name")), Column(Bi("数", "n"), "number")], [(text, -3)], EMPTY)
    rows = list(csv.reader(io.StringIO(csv_text(table).removeprefix(BOM))))
    assert rows == [["名 name", "数 n"], [f"'{text}", "-3"]]


def test_names_from_the_store_are_text_on_the_page() -> None:
    table = Table("t", EMPTY, [Column(EMPTY)], [("<img src=x onerror=alert(1)>",)], EMPTY)
    page = html(Document(Bi("<b>", "<i>"), [], [table]))
    assert "<img" not in page and "&lt;img" in page and "<title>&lt;b&gt;" in page


def test_a_share_of_nothing_is_a_dash_and_an_empty_cell() -> None:
    table = Table("t", EMPTY, [Column(EMPTY, "share")], [(Share.make(0, 0),)], EMPTY)
    assert csv_text(table).splitlines()[1] == ",0,0,,"
    assert "–" in html(Document(EMPTY, [], [table]))


def test_the_report_says_what_retention_may_have_removed() -> None:
    at = now()
    settings = Settings(retain_events_days=20, retain_alerts_days=365)
    kept = retention(settings, period(at), at)
    assert kept.events_since == at - timedelta(days=20) and kept.alerts_since is None


def test_every_name_that_a_page_may_show_has_words_in_both_languages() -> None:
    for key, pair in document._words().items():
        assert len(pair) == 2 and all(isinstance(text, str) and text for text in pair), key
