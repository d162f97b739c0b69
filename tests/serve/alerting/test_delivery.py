"""The outbox and its courier: what is sent, in which order, how often, and what is set aside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from zhsq.errors import ZhsqError
from zhsq.serve.alerting import life
from zhsq.serve.alerting.circuit import Circuit
from zhsq.serve.alerting.courier import Courier
from zhsq.serve.alerting.sending import ATTEMPTS, Answer, Process, claim, pick, settle
from zhsq.serve.alerting.ways import WEBHOOK, Webhooks, post
from zhsq.serve.security.key_provider import EnvironmentKeys
from zhsq.serve.security.sealing import Sealer
from zhsq.serve.server import listen
from zhsq.serve.store.tables import Alert, Delivery, Target, now

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#: Shared with benchmarks/alerts_crash.py.
RECEIVER = Path(__file__).resolve().parents[3] / "benchmarks" / "alerts_receiver.py"
SEALER = Sealer(EnvironmentKeys("ab" * 32), "webhook secrets")


def target(store, url: str = "http://127.0.0.1:9/", **changes: object) -> str:
    with store.session() as session:
        made = Target(id="t1", name="platform", url=url, severity="minor", rate_per_s=1000.0, **changes)
        made.secret = SEALER.seal(SECRET, "t1")
        session.add(made)
    return "t1"


def backlog(store, moment) -> list[str]:
    """What would be sent, message after message, each taken."""
    found = []
    with store.session() as session:
        where = session.get_one(Target, "t1")
        while (one := pick(session, where, moment)) is not None:
            found.append(
                f"{one.body['data']['rule']} {one.body['data']['device']} {one.body['type'].rpartition('.')[2]}"
            )
            settle(session, where, one, Answer("delivered", "HTTP 204"), Circuit(), moment)
            session.flush()
    return found


@pytest.fixture
def told(tell, store) -> None:
    """A minor, a critical, a major and again a critical alert; the first critical one was acknowledged meanwhile."""
    target(store)
    tell("wifi", 1, state="rogue", device="w1")
    [smoke] = tell("fire", 2, kind="smoke", value=1, device="s1").alerts
    tell("heartbeat", 3, state="offline", device="c1")
    tell("fire", 4, kind="smoke", value=1, device="s2")
    with store.session() as session:
        life.change(session, session.get_one(Alert, smoke), "acknowledge", "guard:x")


@pytest.mark.usefixtures("told")
def test_messages_go_in_their_order_while_the_line_is_up(store) -> None:
    order = [
        "rogue-access-point w1 opened",
        "smoke s1 opened",
        "device-offline c1 opened",
        "smoke s2 opened",
        "smoke s1 acknowledged",
    ]
    assert backlog(store, now()) == order


@pytest.mark.usefixtures("told")
def test_a_catch_up_sends_the_newest_of_the_most_critical_first_and_keeps_each_alert_s_order(store) -> None:
    order = [
        "smoke s1 opened",
        "smoke s1 acknowledged",
        "smoke s2 opened",
        "rogue-access-point w1 opened",
        "device-offline c1 opened",
    ]
    assert backlog(store, now() + timedelta(minutes=10)) == order


def test_a_message_waits_for_the_one_before_it_and_holds_up_no_other_alert(store, tell) -> None:
    target(store)
    [smoke] = tell("fire", 1, kind="smoke", value=1, device="s1").alerts
    moment = now()
    with store.session() as session:
        where = session.get_one(Target, "t1")
        later = moment + timedelta(hours=1)
        settle(session, where, pick(session, where, moment), Answer("refused", "HTTP 400"), Circuit(), later)
        life.change(session, session.get_one(Alert, smoke), "acknowledge", "guard:x")
    tell("perimeter", 2, state="crossed", device="p1")
    assert backlog(store, now()) == ["perimeter p1 opened"]
    assert backlog(store, now() + timedelta(hours=2)) == ["smoke s1 opened", "smoke s1 acknowledged"]


def test_a_line_that_is_down_is_tried_within_a_minute_for_ever(store, tell) -> None:
    target(store)
    tell("fire", 1, kind="smoke", value=1)
    moment = now()
    with store.session() as session:
        where = session.get_one(Target, "t1")
        one = session.scalars(select(Delivery)).one()
        rests = []
        for _ in range(500):
            settle(session, where, one, Answer("not-now", "ConnectError"), Circuit(), moment)
            rests.append((where.rests_until - moment).total_seconds())
        assert max(rests) <= 60 and len({round(rest, 3) for rest in rests}) > 100, (
            "at random, so that not all come at once"
        )
        assert (one.state, one.attempts, where.failures) == ("pending", 0, 500)
        settle(session, where, one, Answer("not-now", "HTTP 429", 7), Circuit(), moment)
        assert where.rests_until == moment + timedelta(seconds=7), "as it asks"


def test_a_message_that_is_refused_while_others_are_taken_ends_as_dead(store, tell) -> None:
    target(store)
    for number in range(2):
        tell("fire", number, kind="smoke", value=1, device=f"s{number}")
    moment, circuit = now(), Circuit()
    with store.session() as session:
        where = session.get_one(Target, "t1")
        bad, good = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        for attempt in range(1, ATTEMPTS + 1):
            assert bad.state == "pending"
            settle(session, where, bad, Answer("refused", "HTTP 422"), circuit, moment)
            if attempt == 2:
                settle(session, where, good, Answer("delivered", "HTTP 204"), circuit, moment)
        assert (bad.state, bad.last_error, where.failures, where.rests_until) == ("dead", "HTTP 422", 0, None)


def test_a_receiver_that_refuses_everything_is_given_rest_and_nothing_is_lost_to_it(store, tell) -> None:
    target(store)
    for number in range(8):
        tell("fire", number, kind="smoke", value=1, device=f"s{number}")
    moment, circuit = now(), Circuit()
    with store.session() as session:
        where = session.get_one(Target, "t1")
        waiting = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        for number, one in enumerate(waiting, 1):
            settle(session, where, one, Answer("refused", "HTTP 500"), circuit, moment)
            assert (where.rests_until is not None) == (number >= 5)
        for _ in range(50):
            settle(session, where, waiting[0], Answer("refused", "HTTP 500"), circuit, moment)
            assert moment <= where.rests_until <= moment + timedelta(seconds=60)
        assert {one.state for one in waiting} == {"pending"}
        settle(session, where, waiting[1], Answer("delivered", "HTTP 204"), circuit, moment)
        assert where.rests_until is None, "it is well again"
        settle(session, where, waiting[0], Answer("refused", "HTTP 500"), circuit, moment)
        assert waiting[0].state == "dead", "others are taken: so it is this one"


@pytest.fixture
def answering() -> Iterator[tuple[str, dict[str, str], list[tuple[bytes, dict[str, str]]]]]:
    """A server that answers /STATUS with that status and the headers that the test sets; what it was sent."""
    headers: dict[str, str] = {}
    seen: list[tuple[bytes, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.rfile.read(int(self.headers["content-length"])), dict(self.headers)))
            self.send_response(int(self.path.lstrip("/")))
            for name, value in {"content-length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", headers, seen
    server.shutdown()
    server.server_close()


def test_answers_mean_what_the_specification_says(answering) -> None:
    url, headers, _ = answering
    meant = {
        204: "delivered",
        200: "delivered",
        302: "refused",
        400: "refused",
        410: "gone",
        500: "refused",
        503: "not-now",
    }
    with httpx.Client() as client:
        found = {status: post(client, f"{url}/{status}", SECRET, "msg_1", {}).verdict for status in meant}
        assert found == meant
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
        for asked, least, most in (
            ("7", 7, 7),
            ("9999999", 3600, 3600),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
            (later, 80, 100),
        ):
            headers["retry-after"] = asked
            assert least <= post(client, f"{url}/429", SECRET, "msg_1", {}).rest_s <= most
        headers["retry-after"] = "soon"
        assert post(client, f"{url}/429", SECRET, "msg_1", {}).rest_s is None
        assert post(client, "http://127.0.0.1:9/", SECRET, "msg_1", {}).verdict == "not-now"


def test_a_signature_is_that_of_the_standard_s_own_library_and_covers_the_body(answering) -> None:
    url, _, seen = answering
    with httpx.Client() as client:
        post(client, f"{url}/204", SECRET, "msg_1", {"a": "烟雾"})
    [(body, headers)] = seen
    assert Webhook(SECRET).verify(body, headers) == {"a": "烟雾"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"a", b"b"), headers)


def test_one_process_delivers_to_a_target_and_another_takes_over_when_it_is_gone(store) -> None:
    target(store)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine, moment, lease = Process.own(), now(), timedelta(seconds=20)
    other_host = Process("elsewhere", 1, "a")
    with store.session() as session:
        where = session.get_one(Target, "t1")

        def take(process: Process, at) -> bool:
            done = claim(session, where, process, at, lease)
            session.refresh(where)
            return done

        assert take(other_host, moment) and not take(mine, moment + timedelta(seconds=20))
        assert take(mine, moment + timedelta(seconds=21)) and take(mine, moment)
        dead = Process(mine.host, ended.pid, "b")
        session.execute(update(Target).values(lease_by=str(dead), lease_until=moment + timedelta(hours=1)))
        session.refresh(where)
        assert take(mine, moment), "it ran here and is gone: nobody need wait for its lease"


def test_a_secret_is_opened_by_an_older_key_of_the_ring_and_by_no_other_owner() -> None:
    old, new = "ab" * 32, "cd" * 32
    sealed = Sealer(EnvironmentKeys(old), "webhook secrets").seal(SECRET, "t1")
    rotated = Sealer(EnvironmentKeys(f"{new},{old}"), "webhook secrets")
    assert rotated.open(sealed, "t1") == SECRET and rotated.stale(sealed)
    assert not rotated.stale(rotated.seal(SECRET, "t1"))
    for keys, owner in ((old, "t2"), (new, "t1")):
        with pytest.raises(ZhsqError):
            Sealer(EnvironmentKeys(keys), "webhook secrets").open(sealed, owner)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A receiver that runs; its port and what it has applied."""
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    database = tmp_path / "received.db"
    process = subprocess.Popen([sys.executable, str(RECEIVER), f"127.0.0.1:{port}", SECRET, str(database)])
    yield port, database
    process.kill()
    process.wait()


def test_a_courier_delivers_to_a_real_receiver_and_nothing_of_what_people_wrote(store, tell, receiver) -> None:
    port, database = receiver
    target(store, f"http://127.0.0.1:{port}/")
    [alert] = tell("fire", 1, kind="smoke", value=1).alerts
    with store.session() as session:
        life.change(session, session.get_one(Alert, alert), "note", "guard:x", note="asked the resident of 3-201")
        life.change(session, session.get_one(Alert, alert), "dismiss", "guard:x", note="cooking in 3-201")
        assert "3-201" not in str([d.body for d in session.scalars(select(Delivery))])
        first = session.scalars(select(Delivery).order_by(Delivery.id)).first()
    with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as client:  # it takes a moment to listen
        url = f"http://127.0.0.1:{port}/"
        while post(client, url, SECRET, first.message_id, first.body).verdict != "delivered":
            time.sleep(0.05)
    # So far as a process that was killed before it wrote down that it had sent the first message.
    courier = Courier(store, SEALER, {WEBHOOK: Webhooks()})
    courier.start()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with store.session() as session:
            if not session.scalars(select(Delivery).where(Delivery.state != "delivered")).all():
                break
        time.sleep(0.05)
    courier.close()
    with sqlite3.connect(database) as applied:
        assert applied.execute("SELECT version, type FROM applied ORDER BY version").fetchall() == [
            (1, "zhsq.alert.opened"),
            (3, "zhsq.alert.dismissed"),
        ]
        assert applied.execute("SELECT count(*) FROM received").fetchone() == (3,), (
            "one came twice, and was applied once"
        )


def test_after_days_offline_all_is_caught_up_once_at_the_target_s_rate_newest_critical_first(
    store, tell, receiver
) -> None:
    port, database = receiver
    target(store, f"http://127.0.0.1:{port}/")
    kinds = [("wifi", {"state": "rogue"}), ("fire", {"kind": "smoke", "value": 1}), ("charger", {"state": "charging"})]
    for number in range(45):
        kind, data = kinds[number % 2]
        tell(kind, number, device=f"d{number}", **data)
    with store.session() as session:
        # Three days of outage: each message an hour or so after the one before it.
        for number, one in enumerate(session.scalars(select(Delivery).order_by(Delivery.id))):
            one.created_at = one.next_at = now() - timedelta(days=3) + timedelta(hours=number)
        session.get_one(Target, "t1").rate_per_s = 20.0
        rows = session.execute(select(Delivery.message_id, Delivery.priority, Delivery.id)).all()
        expected = [row.message_id for row in sorted(rows, key=lambda row: (row.priority, -row.id))]
    courier = Courier(store, SEALER, {WEBHOOK: Webhooks()})
    courier.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with store.session() as session:
            if not session.scalars(select(Delivery.id).where(Delivery.state != "delivered")).first():
                break
        time.sleep(0.1)
    courier.close()
    with sqlite3.connect(database) as applied:
        received = applied.execute("SELECT message, at FROM received ORDER BY n").fetchall()
    assert [message for message, _ in received] == expected
    assert received[-1][1] - received[0][1] >= 0.95 * (len(expected) - 1) / 20, "no faster than it may"
