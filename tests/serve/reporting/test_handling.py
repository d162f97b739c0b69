"""Tests for how alerts were handled, against figures worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhsq.metrics.intervals import wilson
from zhsq.serve.alerting.rules.parse import read
from zhsq.serve.reporting.handling import Handled, Targets, handled, kinds_of

DAY = timedelta(days=1)
START = datetime(2026, 10, 1)


@pytest.fixture
def groups(store):
    def read_groups(now=START + DAY, targets: Targets | None = None) -> dict[tuple[str, str], Handled]:
        with store.session() as session:
            found = handled(session, "east", START, START + DAY, now, kinds_of(read(None)), targets or Targets())
        return {(group.by, group.name): group for group in found}

    return read_groups


def test_times_and_shares_are_counted_per_group(alert, groups) -> None:
    alert(0, 100, 1000, "true")
    alert(10, 810, 20_000, "true")  # acknowledged after 800 s, over 600; closed after 19,990 s, over 4 h
    alert(20, None, 320, "false", rule="perimeter", device="fence")  # dismissed at once: taken up then
    alert(30, 60, None, rule="gone-rule")
    found = groups()
    everything = found["all", ""]
    assert (everything.alerts, everything.open, everything.acknowledged) == (4, 0, 1)
    assert (everything.resolved, everything.dismissed) == (2, 1)
    assert everything.acknowledge.n == 4 and everything.acknowledge.median_s == (100 + 300) / 2
    assert (everything.acknowledge.within.count, everything.acknowledge.within.of) == (3, 4)
    # The one that is still open is late by now: a day is over.
    assert (everything.close.n, everything.close.within.count, everything.close.within.of) == (3, 2, 4)
    assert (everything.false_alarms.count, everything.false_alarms.of) == (1, 3)
    assert (everything.false_alarms.low, everything.false_alarms.high) == wilson(1, 3)
    assert found["rule", "smoke"].alerts == found["device", "d1"].alerts - 1 == 2
    assert {name for by, name in found if by == "kind"} == {"fire", "perimeter", "unknown"}


def test_an_open_alert_counts_as_late_only_once_its_time_is_up(alert, groups) -> None:
    alert(0)
    assert groups(now=START + timedelta(seconds=599))["all", ""].acknowledge.within.of == 0
    late = groups(now=START + timedelta(seconds=601))["all", ""].acknowledge.within
    assert (late.count, late.of) == (0, 1)


def test_few_alerts_give_no_interval_of_the_median_and_none_gives_no_share(alert, groups) -> None:
    assert groups()["all", ""].false_alarms.value is None
    for i in range(5):
        alert(i, i + 10)
    assert groups()["all", ""].acknowledge.median_low_s is None
    alert(5, 25)
    times = groups()["all", ""].acknowledge
    assert (times.median_low_s, times.median_high_s) == (10, 20)


def test_alerts_of_other_times_and_estates_are_left_out(alert, groups) -> None:
    alert(-1, 10, 20, "true")
    alert(86_400, 86_401, 86_402, "true")
    alert(5, 10, 20, "true", estate_id="west")
    assert groups()["all", ""].alerts == 0


def test_a_contract_s_own_limits_decide_what_is_in_time(alert, groups) -> None:
    alert(0, 100, 200, "true")
    strict = Targets.model_validate({"major": {"acknowledge_s": 99, "close_s": 200}})
    found = groups(targets=strict)["all", ""]
    assert (found.acknowledge.within.count, found.close.within.count) == (0, 1)
