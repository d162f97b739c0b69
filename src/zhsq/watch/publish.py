"""Send events to a broker of MQTT 5 beside watching: kept while it is away, never in the way of a frame."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from zhsq.errors import ZhsqError
from zhsq.watch.post import WAITING
from zhsq.watch.source import Say

PORTS = {"mqtt": 1883, "mqtts": 8883}


class Publisher:
    """Publishes events in order to `zhsq/ESTATE/events`, as CloudEvents in structured mode with QoS 1.

    Args:
        url: mqtt://HOST[:PORT], or mqtts:// with the authorities that the system trusts.
        estate: whose user it connects as.
        password: of that user.
        say: told when an event could not be delivered.

    Raises:
        ZhsqError: the address can't be used.
    """

    def __init__(self, url: str, estate: str, password: str, say: Say) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError) as error:
            raise ZhsqError(f"{url} is no address of a broker.", "Give mqtts://HOST[:PORT].") from error
        if not parts.hostname or parts.username is not None:
            raise ZhsqError("The broker's address needs a host and no user.", "The user is the estate.")
        self.delivered = self.failed = 0
        self._topic, self._say = f"zhsq/{estate}/events", say
        self._lock = threading.Lock()
        self._waiting = 0
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.username_pw_set(estate, password)
        if parts.scheme == "mqtts":
            self._client.tls_set()
        self._client.max_queued_messages_set(WAITING)
        self._client.reconnect_delay_set(1, 15)
        self._client.on_publish = self._published
        self._client.on_connect = self._connected
        self._client.connect_async(parts.hostname, port)
        self._client.loop_start()

    def send(self, event: dict[str, Any], picture: bytes | None = None) -> None:  # noqa: ARG002
        """Queue an event; returns at once. Pictures don't go over the broker: they stay in their folder."""
        given = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        given.ContentType = "application/cloudevents+json"
        with self._lock:
            self._waiting += 1
        done = self._client.publish(self._topic, json.dumps(event), qos=1, properties=given)
        if done.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            self._count(False)

    def close(self, wait: float = 5.0) -> None:
        """Deliver what is queued, for so many seconds at most; then give up."""
        deadline = time.monotonic() + wait
        while self._waiting and time.monotonic() < deadline:
            time.sleep(0.05)
        self._client.disconnect()
        self._client.loop_stop()
        if self._waiting:
            self._say(f"{self._waiting} events were not delivered; they are in the events file.")
        self.failed += self._waiting

    def _published(self, _c: Client, _d: Any, _mid: int, reason: ReasonCode, _p: Properties | None) -> None:
        if reason.is_failure:
            self._say(f"The broker refuses an event ({reason}); it is in the events file.")
        self._count(not reason.is_failure)

    def _connected(self, _c: Client, _d: Any, _flags: Any, reason: ReasonCode, _p: Properties | None) -> None:
        if reason.is_failure:
            self._say(f"The broker refuses the connection: {reason}.")

    def _count(self, delivered: bool) -> None:
        with self._lock:
            self._waiting -= 1
            self.delivered += delivered
            self.failed += not delivered
