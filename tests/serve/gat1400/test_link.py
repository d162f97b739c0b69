"""Registration, keep-alive, digest authentication and time, against a platform that conforms."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhsq.serve.gat1400 import link as module
from zhsq.serve.gat1400.link import Link
from zhsq.serve.gat1400.records import vehicle
from zhsq.serve.store.tables import now

ID, APE = "33010200005030000001", "33010200001190000001"


def push(number: int = 1):
    return vehicle(APE, at=datetime(2026, 11, 26), number=number, passed={"plate": "皖A12345"})


@pytest.fixture
def link(platform, receiver):
    made = Link(platform.url, ID, receiver.USER, receiver.PASSWORD, timeout_s=5)
    yield made
    made.close()


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_it_registers_by_digest_and_signs_off(platform, link, algorithm: str) -> None:
    platform.algorithm = algorithm
    assert link.ready(now()).verdict == "delivered"
    assert platform.registered == {ID} and platform.challenges == 1
    link.close()
    assert platform.registered == set() and platform.calls[-1] == "/VIID/System/UnRegister"


def test_a_nonce_is_used_again_with_a_rising_count_until_it_is_stale(platform, link) -> None:
    platform.uses = 4
    assert link.ready(now()).verdict == "delivered"  # Register and Time: two uses
    for number in range(6):
        assert link.push(push(number)).verdict == "delivered"
    assert platform.replays == 0 and platform.stale == 1 and platform.challenges == 2
    assert len(platform.vehicles) == 6


def test_a_wrong_password_is_said_and_not_tried_without_end(platform, receiver) -> None:
    link = Link(platform.url, ID, receiver.USER, "wrong", timeout_s=5)
    answer = link.ready(now())
    assert answer.verdict == "not-now" and "password" in answer.told and platform.challenges == 2
    link.close()


def test_a_platform_that_was_restarted_is_registered_with_again(platform, link) -> None:
    link.ready(now())
    platform.restart()
    answer = link.push(push())
    assert answer.verdict == "not-now" and "StatusCode 4" in answer.told and not platform.vehicles
    assert link.ready(now()).verdict == "delivered" and link.push(push()).verdict == "delivered"
    assert platform.calls.count("/VIID/System/Register") == 2


def test_it_says_that_it_lives_when_it_is_time(platform, link, monkeypatch: pytest.MonkeyPatch) -> None:
    link.ready(now())
    link.ready(now())
    assert "/VIID/System/Keepalive" not in platform.calls
    monkeypatch.setattr(module, "KEEPALIVE_S", 0.0)
    assert link.ready(now()).verdict == "delivered" and platform.calls[-1] == "/VIID/System/Keepalive"
    platform.restart()
    assert link.ready(now()).verdict == "not-now", "it is not known there any more"
    assert link.ready(now()).verdict == "delivered" and platform.registered == {ID}


def test_the_difference_of_clocks_is_measured_and_told(platform, link, caplog: pytest.LogCaptureFixture) -> None:
    platform.ahead = timedelta(minutes=5)
    link.ready(now())
    assert link.clock_offset_s == pytest.approx(300, abs=5) and "+300" in caplog.text.replace("+299", "+300").replace(
        "+301", "+300"
    )


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (503, None, "not-now"),
        (200, 2, "not-now"),
        (200, 9, "not-now"),
        (200, 8, "refused"),
        (200, None, "refused"),
        (400, None, "refused"),
    ],
)
def test_an_answer_means_what_the_standard_says(platform, link, status: int, code: int | None, verdict: str) -> None:
    link.ready(now())
    platform.instead.append((status, code))
    assert link.push(push()).verdict == verdict


def test_a_platform_that_is_not_there_is_tried_again_later(receiver) -> None:
    gone = Link("http://127.0.0.1:9", ID, receiver.USER, receiver.PASSWORD, timeout_s=2)
    assert gone.ready(now()).verdict == "not-now"
    gone.close()
