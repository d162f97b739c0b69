"""Tests for uptime from signs of life, against times worked out by hand; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhsq.serve.reporting.uptime import Uptime, uptimes

START = datetime(2026, 10, 1)


@pytest.fixture
def found(store, database_url):
    def read(minutes: float = 100, gap_s: float = 600) -> dict[str, Uptime]:
        rows = uptimes(store.session, "east", START, START + timedelta(minutes=minutes), gap_s)
        return {row.device: row for row in rows}

    return read


def test_a_silence_counts_from_the_last_sign_to_the_next(found, sign) -> None:
    sign("cam", *range(-5, 40, 5))  # the last at 35
    sign("cam", *range(60, 100, 5))
    cam = found()["cam"]
    assert cam.observed_s == 6000 and cam.up_s == 6000 - 25 * 60 and cam.gaps == 1
    gap = cam.longest[0]
    assert (gap.start, gap.end, gap.reason) == (START + timedelta(minutes=35), START + timedelta(minutes=60), "silent")


def test_any_event_is_a_sign_of_life_but_only_heartbeats_make_silence_mean_something(found, sign) -> None:
    sign("cam", -5, 0, 20, 40, 60, 80, 99)
    sign("cam", 10, 30, 50, 70, 90, kind="anomaly", state="open")
    sign("smoke", 10, kind="fire", state="normal")
    rows = found()
    assert rows["cam"].uptime == 1 and rows["cam"].kinds == ["anomaly", "heartbeat"]
    assert rows["smoke"].uptime is None and rows["smoke"].unmeasured == "no-heartbeat"


def test_a_device_is_observed_from_its_first_sign_or_its_registration(found, sign, register) -> None:
    sign("new", *range(50, 100, 5))
    register("named", 20)
    sign("named", *range(50, 100, 5))
    register("mute", 0)
    rows = found()
    assert rows["new"].observed_s == 3000 and rows["new"].uptime == 1
    assert rows["named"].observed_s == 4800 and rows["named"].up_s == 3000 and rows["named"].registered
    assert rows["mute"].unmeasured == "never-heard" and rows["mute"].uptime is None


def test_one_that_was_heard_before_and_not_since_was_down_all_the_time(found, sign) -> None:
    sign("dead", -500)
    dead = found()["dead"]
    assert (dead.up_s, dead.uptime, dead.signs) == (0, 0, 0)
    assert dead.last_heard == START - timedelta(minutes=500)


def test_offline_takes_it_down_until_its_next_sign_however_often_it_is_said(found, sign) -> None:
    sign("cam", -5, 5, 30, 35, 40, 45, 50, 55, 60)
    sign("cam", 10, 15, 20, state="offline")
    cam = found(65)["cam"]
    assert cam.gaps == 1 and cam.longest[0].seconds == 20 * 60 and cam.longest[0].reason == "offline"
    sign("gone", -20, state="offline")
    gone = found(5)["gone"]
    assert gone.uptime == 0 and gone.longest[0].reason == "offline"


def test_another_estate_s_device_of_the_same_name_is_another(found, sign) -> None:
    sign("cam", -5, 0, estate="west")
    assert "cam" not in found()


def test_a_period_of_many_days_is_read_in_slices_and_gaps_go_over_their_edges(found, sign) -> None:
    day = 24 * 60
    sign("cam", *range(-10, 3 * day - 100, 10))
    sign("cam", *range(3 * day + 50, 5 * day, 10))
    sign("old", -40 * day, state="offline")
    rows = found(5 * day)
    assert rows["cam"].gaps == 1 and rows["cam"].longest[0].seconds == 160 * 60
    assert rows["old"].uptime == 0 and rows["old"].longest[0].reason == "offline"
