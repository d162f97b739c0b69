"""Devices of an estate that send events until each is acknowledged, over HTTP and over MQTT."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx
from alerts_site import API, BROKER_PORT, PASSWORD
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion


class Sender:
    """A thread that sends one event after the other; each is of a device of its own and raises one alert.

    Args:
        name: begins the identifiers of its events.
        pause_s: between two.
    """

    def __init__(self, name: str, pause_s: float) -> None:
        self.name, self._pause_s = name, pause_s
        #: Identifiers of events that it was told are safe.
        self.acknowledged: list[str] = []
        #: Alerts that it acknowledged.
        self.handled: list[str] = []
        self.failed = 0
        self.error = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait for the answer to the last event, then end."""
        self._stop.set()
        self._thread.join(120)
        if self._thread.is_alive():
            self.error = self.error or "its last event was never answered"

    def _work(self) -> None:
        try:
            self._run()
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"

    def _run(self) -> None:
        raise NotImplementedError

    def _events(self) -> Any:
        number = 0
        while not self._stop.is_set():
            number += 1
            ref = f"{self.name}-{number}"
            yield (
                ref,
                {
                    "specversion": "1.0",
                    "id": ref,
                    "source": f"/{self.name}",
                    "type": "perimeter",
                    "data": {"estate": "east", "device": ref, "state": "crossed"},
                },
            )
            time.sleep(self._pause_s)


class HttpSender(Sender):
    """It acknowledges every third alert, too."""

    def __init__(self, name: str, pause_s: float, key: str) -> None:
        super().__init__(name, pause_s)
        self._client = httpx.Client(base_url=API, headers={"Authorization": f"Bearer {key}"}, timeout=5)

    def _run(self) -> None:
        for ref, event in self._events():
            answer = self._until("/v1/events", event)
            self.acknowledged.append(ref)
            alerts = answer["alerts"]  # none where the first answer was lost: the event was a duplicate then
            if alerts and len(self.acknowledged) % 3 == 0:
                self._until(f"/v1/alerts/{alerts[0]}/acknowledge", {})
                self.handled.append(alerts[0])

    def _until(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                done = self._client.post(path, json=body)
                # 409: acknowledged by the attempt whose answer was lost.
                if done.is_success or done.status_code == 409:
                    return dict(done.json())
                if done.status_code < 500:
                    raise RuntimeError(f"{path}: {done.text}")
            except httpx.HTTPError:
                pass
            self.failed += 1
            time.sleep(0.05)


class MqttSender(Sender):
    """It is told by the broker, which keeps an event until the API has committed it."""

    def _run(self) -> None:
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.username_pw_set("east", PASSWORD)
        client.connect("127.0.0.1", BROKER_PORT)
        client.loop_start()
        for ref, event in self._events():
            client.publish("zhsq/east/events", json.dumps(event), qos=1).wait_for_publish(60)
            self.acknowledged.append(ref)
        client.disconnect()
        client.loop_stop()
