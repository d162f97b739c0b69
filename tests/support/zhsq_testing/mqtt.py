"""A real mosquitto on loopback, set up as deploy/mosquitto says, and devices that publish to it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from zhsq.serve.server import listen

PACKAGED = Path(__file__).resolve().parents[3] / "deploy" / "mosquitto"
PASSWORD = "correct horse"


def until(holds: Callable[[], Any], seconds: float = 20) -> Any:
    """What it gives once that is true."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
    return found


class Mosquitto:
    """The broker; users zhsq, east and west with one password.

    Args:
        folder: of its files.
        tls: certificate and key, for TLS.
    """

    def __init__(self, folder: Path, tls: tuple[Path, Path] | None = None) -> None:
        with listen("127.0.0.1", 0) as free:
            self.port = free.getsockname()[1]
        self.folder = folder
        shutil.copy(PACKAGED / "acl", folder / "acl")
        (folder / "acl").chmod(0o600)
        (folder / "passwords").touch(0o600)
        for name in ("zhsq", "east", "west"):
            subprocess.run(["mosquitto_passwd", "-b", "passwords", name, PASSWORD], cwd=folder, check=True)
        text = (PACKAGED / "mosquitto.conf").read_text().replace("listener 1883", f"listener {self.port}")
        if tls:
            text = text.replace("127.0.0.1\n", f"127.0.0.1\ncertfile {tls[0]}\nkeyfile {tls[1]}\n", 1)
        if os.geteuid() == 0:
            text += "user root\n"  # or it would become another user, who may not enter the tests' folder
        (folder / "mosquitto.conf").write_text(text)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "mosquitto.log").open("ab")
        self.process = subprocess.Popen(["mosquitto", "-c", "mosquitto.conf"], cwd=self.folder, stdout=log, stderr=log)
        until(self._listens)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)

    def _listens(self) -> bool:
        assert self.process is not None and self.process.poll() is None, (self.folder / "mosquitto.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


class Device:
    """A client of MQTT 5 with an estate's user; it remembers what it hears.

    Args:
        port: of the broker.
        user: whose password is used.
        hears: the topic that it listens to; the answers to its estate when empty.
    """

    def __init__(self, port: int, user: str, hears: str = "") -> None:
        self.heard: list[MQTTMessage] = []
        self._ready = threading.Event()
        hears = hears or f"zhsq/{user}/answers/#"
        name = "".join(letter if letter.isalnum() else "-" for letter in f"test {user} {hears}")
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.username_pw_set(user, PASSWORD)
        self._client.on_message = lambda _c, _d, message: self.heard.append(message)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_connect = lambda client, *_: client.subscribe(hears, qos=1)
        self._client.on_publish = self._published
        self.reasons: list[str] = []
        lasting = Properties(PacketTypes.CONNECT)  # over a restart of the broker, too
        lasting.SessionExpiryInterval = 3600
        self._client.connect("127.0.0.1", port, clean_start=False, properties=lasting)
        self._client.loop_start()
        assert self._ready.wait(10)

    def publish(self, topic: str, payload: str, qos: int = 1, **properties: object) -> None:
        """Publish, and wait until the broker has it."""
        given = Properties(PacketTypes.PUBLISH)
        for name, value in properties.items():
            setattr(given, name, value)
        self._client.publish(topic, payload, qos=qos, properties=given).wait_for_publish(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _published(self, _client: Client, _data: object, _mid: int, reason: object, _properties: object) -> None:
        self.reasons.append(str(reason))


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that runs."""
    if shutil.which("mosquitto") is None:
        pytest.skip("mosquitto is not installed")
    broker = Mosquitto(tmp_path)
    broker.start()
    yield broker
    broker.stop()
