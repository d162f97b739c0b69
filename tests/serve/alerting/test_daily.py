"""Alerts day by day, in the hours of the rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from zhsq.serve.alerting.daily import daily
from zhsq.serve.store.tables import Alert

AT = datetime(2026, 11, 26, 3, 0)  # 11:00 at +08:00


def alert(hours_ago: float, estate: str = "east", severity: str = "major", **values: object) -> Alert:
    opened = AT - timedelta(hours=hours_ago)
    state = values.pop("state", "open")
    return Alert(
        estate_id=estate, rule="r", severity=severity, message={}, dedupe_key=f"{hours_ago} {estate}", state=state,
        opened_at=opened, last_at=opened, escalate_at=None,
        **{name: opened + timedelta(seconds=float(v)) if name.endswith("_at") else v for name, v in values.items()},  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_day_begins_at_the_estate_s_midnight_and_its_figures_are_of_what_opened_on_it(store) -> None:
    with store.session() as session:
        session.add_all(
            (
                alert(1, severity="critical", state="resolved", acknowledged_at=60, closed_at=600, verdict="true"),
                alert(10.5, state="dismissed", acknowledged_at=20, closed_at=100, verdict="false"),  # 00:30 of today
                alert(11.5, state="acknowledged", acknowledged_at=40),  # 23:30 of yesterday
                alert(36),
                alert(200),
                alert(2, estate="west"),
            )
        )
    with store.session() as session:
        found = daily(session, "east", AT, 2, 8 * 3600, "+08:00")
        everywhere = daily(session, None, AT, 1, 8 * 3600, "+08:00")
    yesterday, today = found.days
    assert (yesterday.day, today.day) == (date(2026, 11, 25), date(2026, 11, 26))
    assert (yesterday.alerts, today.alerts, found.total.alerts) == (1, 2, 3)
    assert today.severities == {"critical": 1, "major": 1, "minor": 0}
    assert today.states == {"open": 0, "acknowledged": 0, "resolved": 1, "dismissed": 1}
    assert (today.acknowledge_s, today.close_s, yesterday.close_s) == (40, 350, None)
    assert (today.judged, today.false_alarms) == (2, 1)
    # Wilson for 1 of 2, by hand: 0.5 -+ 1.96 * sqrt(1/8 + 1.96**2 / 16) / (1 + 1.96**2 / 2) = 0.095, 0.905.
    assert today.interval == pytest.approx((0.0945, 0.9055), abs=1e-3)
    assert everywhere.total.alerts == 3


def test_days_without_alerts_are_there_too(store) -> None:
    with store.session() as session:
        found = daily(session, None, AT, 7, 0, "+00:00")
    assert [one.alerts for one in found.days] == [0] * 7 and found.total.day is None
    assert found.total.acknowledge_s is None and found.total.interval == (0, 1)
