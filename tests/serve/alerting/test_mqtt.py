"""Events by MQTT 5, through a real broker: what is taken, what is refused, and what no restart loses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, text

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.events.envelope import STRUCTURED
from zhsq.serve.alerting.intake import Intake
from zhsq.serve.alerting.mqtt.binding import Packet
from zhsq.serve.alerting.mqtt.broker import IN_FLIGHT
from zhsq.serve.alerting.mqtt.listener import Listener
from zhsq.serve.alerting.mqtt.refused import RefusedLog
from zhsq.serve.alerting.rules.follow import RuleFile
from zhsq.serve.app import create_app
from zhsq.serve.server import Server
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import Alert, Event, now
from zhsq_testing.mqtt import PASSWORD, Device, Mosquitto, until

TOPIC = "zhsq/east/events"


@pytest.fixture
def device(mosquitto: Mosquitto) -> Iterator[Device]:
    made = Device(mosquitto.port, "east")
    yield made
    made.close()


Listening = Callable[..., Listener]


@pytest.fixture
def listening(mosquitto: Mosquitto, intake: Intake, tmp_path: Path, monkeypatch) -> Iterator[Listening]:
    """listening(**settings) -> a listener that is connected."""
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path / "home"))
    made: list[Listener] = []

    def start(into: Intake = intake, connected: bool = True, **changes: Any) -> Listener:
        given = {"mqtt_url": f"mqtt://127.0.0.1:{mosquitto.port}", "mqtt_username": "zhsq", "mqtt_password": PASSWORD}
        listener = Listener(Settings(**given | changes), into)
        made.append(listener)
        listener.start()
        if connected:
            until(lambda: listener.status()["connected"])
        return listener

    yield start
    for listener in made:
        listener.close()


def event(number: object, kind: str = "perimeter", /, **data: object) -> dict[str, Any]:
    full = {"estate": "east", "device": f"d{number}", **({"state": "crossed"} if kind == "perimeter" else {}), **data}
    return {"specversion": "1.0", "id": str(number), "source": "/s", "type": kind, "data": full}


def taken(store) -> list[str]:
    with store.session() as session:
        return sorted(session.scalars(select(Event.event_id)), key=int)


def counted(listener: Listener, outcome: str) -> float:
    return listener.figures.registry.get_sample_value("zhsq_mqtt_messages_total", {"outcome": outcome}) or 0


def test_an_event_in_either_mode_is_taken_once_and_raises_what_it_would_over_http(store, listening, device) -> None:
    listener = listening()
    device.publish(TOPIC, json.dumps(event(1)), ContentType=STRUCTURED)
    device.publish(TOPIC, json.dumps(event(1)))
    binary = event(2, "fire", kind="smoke", value=1)
    attributes = [(name, str(value)) for name, value in binary.items() if name != "data"]
    device.publish(TOPIC, json.dumps(binary["data"]), ContentType="application/json", UserProperty=attributes)
    device.publish(TOPIC, json.dumps(event(3)), qos=0)
    until(lambda: taken(store) == ["1", "2", "3"])
    until(lambda: (counted(listener, "taken"), counted(listener, "duplicate")) == (3, 1))
    with store.session() as session:
        assert sorted(session.scalars(select(Alert.rule))) == ["perimeter", "perimeter", "smoke"]


def test_what_comes_while_no_one_listens_is_kept_over_a_restart_of_the_broker(
    store, listening, device, mosquitto
) -> None:
    listening().close()
    for number in range(20):
        device.publish(TOPIC, json.dumps(event(number)))
    mosquitto.stop()
    mosquitto.start()
    listening()
    until(lambda: taken(store) == [str(number) for number in range(20)])


def test_what_can_t_be_stored_is_not_acknowledged_and_goes_to_the_next_process(store, clock, listening, device) -> None:
    away = Intake(store, RuleFile(None), 3600, clock)
    away.close()  # takes nothing, as when its store is gone
    listener = listening(into=away)
    for number in range(3):
        device.publish(TOPIC, json.dumps(event(number)))
    until(lambda: listener.figures.registry.get_sample_value("zhsq_mqtt_waiting") == 3)
    listener.close()
    assert taken(store) == []
    listening()
    until(lambda: taken(store) == ["0", "1", "2"])


def test_an_api_whose_store_fails_takes_no_more_than_it_may_and_goes_on_once_the_store_is_well(
    store, listening, device
) -> None:
    with store.session() as session:
        session.execute(text("ALTER TABLE events RENAME TO gone"))
    listener = listening()
    for number in range(IN_FLIGHT + 100):
        device.publish(TOPIC, json.dumps(event(number)))
    until(lambda: listener.figures.registry.get_sample_value("zhsq_mqtt_waiting") == IN_FLIGHT)
    with store.session() as session:
        session.execute(text("ALTER TABLE gone RENAME TO events"))
    until(lambda: len(taken(store)) == IN_FLIGHT + 100)
    until(lambda: counted(listener, "taken") == IN_FLIGHT + 100)


def test_an_event_that_no_store_takes_is_set_aside_and_those_beside_it_are_taken(store, listening, device) -> None:
    with store.session() as session:  # stands for whatever a database may have against one event
        session.execute(
            text(
                "CREATE TRIGGER no BEFORE INSERT ON events WHEN NEW.event_id = '3' BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    listener = listening()
    for number in range(6):
        device.publish(TOPIC, json.dumps(event(number)))
    until(lambda: counted(listener, "refused") == 1 and counted(listener, "taken") == 5)
    assert taken(store) == ["0", "1", "2", "4", "5"]
    assert [(one.id, one.code) for one in listener.refused.newest(9, "east")] == [("3", "error")]


def test_a_poison_message_blocks_nothing_and_its_reason_is_kept_without_what_it_said(
    store, listening, device, clock
) -> None:
    listener = listening()
    old = (clock() - timedelta(hours=2)).isoformat()
    poison = [
        "{",
        json.dumps([event(9)]),
        json.dumps(event(9, name="张三")),
        json.dumps(event(9, estate="west")),
        json.dumps(event(9) | {"time": old}),
        json.dumps(event("\ud800")),  # JSON, and no text that a database could store
    ]
    for number, bad in enumerate(poison):
        device.publish(TOPIC, bad)
        device.publish(TOPIC, json.dumps(event(number)))
    device.publish(TOPIC, "<xml/>", ContentType="text/xml")
    until(lambda: (counted(listener, "taken"), counted(listener, "refused")) == (6, 7))
    assert taken(store) == [str(number) for number in range(6)]
    found = listener.refused.newest(100, "east")
    assert [(one.code, one.id) for one in reversed(found)] == [
        ("invalid-request", None),
        ("invalid-request", None),
        ("invalid-request", "9"),
        ("forbidden", "9"),
        ("event-time", "9"),
        ("invalid-request", "?"),
        ("invalid-request", None),
    ]
    assert "data.name: Extra inputs are not permitted" in found[4].reason and "张三" not in str(found)
    assert listener.refused.newest(1, None) == found[:1] and listener.refused.newest(100, "west") == []


def test_a_sender_that_asks_is_answered_in_its_language_below_its_own_estate_only(store, listening, device) -> None:
    listening()
    for number, topic in enumerate(("zhsq/east/answers/gate", "zhsq/west/answers/gate", "zhsq/east/events", "x/#")):
        asked = {"CorrelationData": str(number).encode()}
        device.publish(TOPIC, json.dumps(event(number)), ResponseTopic=topic, **asked) if "#" not in topic else None
    ask = {"ResponseTopic": "zhsq/east/answers/gate", "UserProperty": [("accept-language", "zh")]}
    device.publish(TOPIC, json.dumps(event(9, estate="west")), **ask)
    good, bad = until(lambda: len(device.heard) == 2 and device.heard)
    with store.session() as session:
        alert = session.scalar(select(Alert.id).where(Alert.device == "d0"))
    assert (good.properties.CorrelationData, good.properties.ContentType) == (b"0", "application/json")
    assert json.loads(good.payload) == {"duplicate": False, "alerts": [alert]}
    assert bad.properties.ContentType == "application/problem+json"
    problem = json.loads(bad.payload)
    assert (problem["code"], problem["title"]) == ("forbidden", "该密钥的角色无此权限")
    assert taken(store) == ["0", "1", "2"], "asked for an answer elsewhere, it was taken and not answered"


def test_the_broker_lets_an_estate_publish_only_its_own_events(store, listening, mosquitto, device) -> None:
    listener = listening()
    west = Device(mosquitto.port, "west")
    west.publish(TOPIC, json.dumps(event(1)))
    until(lambda: west.reasons)
    west.close()
    device.publish(TOPIC, json.dumps(event(2)))
    until(lambda: counted(listener, "taken") == 1)
    assert west.reasons == ["Not authorized"] and taken(store) == ["2"]


def test_processes_of_one_group_share_the_messages_and_each_event_is_taken_once(store, listening, device) -> None:
    both = [listening(mqtt_client_id=name, mqtt_group="workers") for name in "ab"]
    for number in range(40):
        device.publish(TOPIC, json.dumps(event(number)))
    until(lambda: len(taken(store)) == 40)
    until(lambda: sum(counted(one, "taken") for one in both) == 40)
    assert all(counted(one, "taken") > 0 for one in both)
    assert sum(counted(one, "duplicate") for one in both) == 0


def test_a_broker_that_goes_is_told_of_and_found_again(store, listening, mosquitto, device) -> None:
    listener = listening()
    mosquitto.stop()
    until(lambda: not listener.status()["connected"])
    assert listener.status()["problem"]
    mosquitto.start()
    until(lambda: listener.status()["connected"] and not listener.status()["problem"])
    until(lambda: device.publish(TOPIC, json.dumps(event(1))) or taken(store) == ["1"])


def test_a_wrong_password_and_a_name_taken_twice_are_told_of(listening) -> None:
    wrong = listening(connected=False, mqtt_client_id="x", mqtt_password="wrong")
    until(lambda: "Not authorized" in wrong.status()["problem"])
    first = listening()
    listening(connected=False)
    until(lambda: "MQTT_CLIENT_ID" in first.status()["problem"])


def test_tls_is_used_and_a_broker_of_another_authority_is_not_trusted(tmp_path, store, intake, listening) -> None:
    certificate, key = _certificate(tmp_path)
    folder = tmp_path / "tls"
    folder.mkdir()
    broker = Mosquitto(folder, (certificate, key))
    broker.start()
    try:
        url = f"mqtts://127.0.0.1:{broker.port}"
        listening(mqtt_url=url, mqtt_ca=certificate)
        strange = listening(mqtt_url=url, mqtt_client_id="x", connected=False)
        until(lambda: strange.status()["problem"])
        assert not strange.status()["connected"]
    finally:
        broker.stop()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mqtt://broker.example", "in clear"),
        ("mqtt://a:b@127.0.0.1", "holds credentials"),
        ("http://127.0.0.1", "is not mqtt://"),
        ("mqtt://127.0.0.1:x", "can't be read"),
    ],
)
def test_an_address_that_can_t_be_used_is_refused_at_the_start(url: str, says: str, intake, tmp_path) -> None:
    with pytest.raises(ZhsqError, match=says):
        Listener(Settings(mqtt_url=url), intake)


def test_the_api_takes_events_of_its_broker_and_shows_how_it_stands(
    mosquitto, device, tmp_path, face_bundle, plate_bundle, monkeypatch
) -> None:
    import httpx

    from zhsq.serve.security.keys import create
    from zhsq.serve.store.tables import Estate

    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path / "home"))
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'api.db'}",
        master_key="ab" * 32,
        mqtt_url=f"mqtt://127.0.0.1:{mosquitto.port}",
        mqtt_username="zhsq",
        mqtt_password=PASSWORD,
    )
    app = create_app(settings, face=face_bundle, plate=plate_bundle)
    with app.state.services.database.session() as session:
        session.add(Estate(id="east", name="east", salt=bytes(32)))
        keys = {estate: create(session, "test", "operator", estate) for estate in ("east", "west")}
    with Server(app) as server:

        def get(path: str, estate: str = "east") -> httpx.Response:
            return httpx.get(f"{server.url}{path}", headers={"Authorization": f"Bearer {keys[estate]}"}, timeout=60)

        until(lambda: get("/health/ready").json()["mqtt"]["connected"])
        device.publish(TOPIC, json.dumps(event(1)))
        device.publish(TOPIC, "?")
        until(lambda: get("/v1/alerts").json())
        until(lambda: get("/v1/events/refused").json())
        assert get("/v1/events/refused", "west").json() == []
        shown = get("/metrics").text
        assert 'zhsq_mqtt_messages_total{outcome="taken"} 1.0' in shown and "zhsq_mqtt_connected 1.0" in shown


def test_what_is_noted_of_refused_messages_stays_small(tmp_path: Path) -> None:
    kept = RefusedLog(tmp_path / "refused.jsonl", most_bytes=3000)
    for number in range(100):
        kept.add(Packet(TOPIC, b"x"), {"id": number}, "invalid-request", "no", now())
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 7000
    numbers = [int(one.id or 0) for one in kept.newest(100, None)]
    assert numbers == list(range(99, 99 - len(numbers), -1)) and len(numbers) > 10


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Of a broker at 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    present = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(present - timedelta(hours=1))
        .not_valid_after(present + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "broker.pem", folder / "broker.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate, secret
