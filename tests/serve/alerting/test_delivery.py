"""The outbox and its courier: what is sent, in which order, how often, and what is set aside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from zhsq.errors import ZhsqError
from zhsq.serve.alerting import life
from zhsq.serve.alerting.courier import Courier
from zhsq.serve.alerting.sending import ATTEMPTS, Answer, Process, claim, pick, send, settle
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
            settle(session, where, one, Answer("delivered", "HTTP 204"), moment)
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
        settle(session, where, pick(session, where, moment), Answer("refused", "HTTP 400"), moment + timedelta(hours=1))
        life.change(session, session.get_one(Alert, smoke), "acknowledge", "guard:x")
    tell("perimeter", 2, state="crossed", device="p1")
    assert backlog(store, now()) == ["perimeter p1 opened"]
    assert backlog(store, now() + timedelta(hours=2)) == ["smoke s1 opened", "smoke s1 acknowledged"]


def test_a_refusal_counts_and_ends_as_dead_but_a_line_that_is_down_never_does(store, tell) -> None:
    target(store)
    tell("fire", 1, kind="smoke", value=1)
    moment = now()
    with store.session() as session:
        where = session.get_one(Target, "t1")
        one = session.scalars(select(Delivery)).one()
        for _ in range(500):
            settle(session, where, one, Answer("not-now", "ConnectError"), moment)
            assert where.rests_until is not None and where.rests_until <= moment + timedelta(seconds=60)
        assert (one.state, one.attempts, where.failures) == ("pending", 0, 500)
        for _ in range(ATTEMPTS):
            settle(session, where, one, Answer("refused", "HTTP 422"), moment)
        assert (one.state, one.last_error, where.failures) == ("dead", "HTTP 422", 0)


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
        found = {status: send(client, f"{url}/{status}", SECRET, "msg_1", {}).verdict for status in meant}
        assert found == meant
        for asked, rest in (("7", 7), ("9999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", None)):
            headers["retry-after"] = asked
            assert send(client, f"{url}/429", SECRET, "msg_1", {}).rest_s == rest
        assert send(client, "http://127.0.0.1:9/", SECRET, "msg_1", {}).verdict == "not-now"


def test_a_signature_is_that_of_the_standard_s_own_library_and_covers_the_body(answering) -> None:
    url, _, seen = answering
    with httpx.Client() as client:
        send(client, f"{url}/204", SECRET, "msg_1", {"a": "烟雾"})
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
    process = subprocess.Popen([sys.executable, str(RECEIVER), str(port), SECRET, str(database)])
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
        while send(client, url, SECRET, first.message_id, first.body).verdict != "delivered":
            time.sleep(0.05)
    # So far as a process that was killed before it wrote down that it had sent the first message.
    courier = Courier(store, SEALER)
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
