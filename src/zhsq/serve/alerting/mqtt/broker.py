"""The connection to a broker of MQTT 5: a session that lasts over restarts, and acknowledgement by hand."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from zhsq.errors import ZhsqError
from zhsq.serve.alerting.mqtt.binding import TOPIC, Packet
from zhsq.serve.security.lines import loopback
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import now

log = logging.getLogger(__name__)
#: Messages that may be under way to us, not yet acknowledged: the broker keeps the rest.
IN_FLIGHT = 500
#: Bytes of one message; the broker lets go of a larger one.
LARGEST = 262_144
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_TAKEN_OVER = 0x8E
#: A connection that ends so soon was not cut by chance.
_SOON = timedelta(seconds=5)


class Broker:
    """Connects, and connects again, until it is closed.

    Args:
        settings: `mqtt_...`.
        received: told of each message, by paho's thread.
        lost: told that the connection was lost: what was not acknowledged comes again.

    Raises:
        ZhsqError: the address can't be used, or would send the password in clear over a network.
    """

    def __init__(self, settings: Settings, received: Callable[[Packet], None], lost: Callable[[], None]) -> None:
        scheme, self._host, self._port = _address(settings)
        self._received, self._lost = received, lost
        share = f"$share/{settings.mqtt_group}/" if settings.mqtt_group else ""
        self._topic = share + TOPIC.format(estate="+")
        self._session_s = settings.mqtt_session_s
        self._lock = threading.Lock()
        self._connection, self.problem = 0, ""
        self._since: datetime | None = None
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.mqtt_client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=True,
        )
        if settings.mqtt_username:
            self._client.username_pw_set(settings.mqtt_username, settings.mqtt_password.get_secret_value())
        if scheme == "mqtts":
            self._client.tls_set_context(_tls(settings))
        self._client.reconnect_delay_set(1, 30)
        self._client.max_queued_messages_set(10 * IN_FLIGHT)  # answers, while the broker is away
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    @property
    def address(self) -> str:
        return f"{self._host}:{self._port}"

    @property
    def connected_since(self) -> datetime | None:
        """UTC; None while it is not connected, or its subscription is not confirmed."""
        return self._since

    def open(self) -> None:
        """Begin to connect; returns at once, and a broker that is away is tried again for ever."""
        properties = _properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._session_s
        properties.ReceiveMaximum = IN_FLIGHT
        properties.MaximumPacketSize = LARGEST
        self._client.connect_async(self._host, self._port, keepalive=30, clean_start=False, properties=properties)
        self._client.loop_start()

    def acknowledge(self, packet: Packet) -> None:
        """Let the broker forget a message; nothing is done where it came by a connection that is gone."""
        if packet.qos == 0:
            return
        with self._lock:  # or the connection could change between the question and the answer
            if packet.connection == self._connection:
                self._client.ack(packet.mid, packet.qos)

    def answer(self, packet: Packet, body: bytes, content_type: str) -> None:
        """Publish an answer where the message asks for it."""
        properties = _properties(PacketTypes.PUBLISH)
        properties.ContentType = content_type
        if packet.correlation:
            properties.CorrelationData = packet.correlation
        done = self._client.publish(packet.answer_to, body, qos=1, properties=properties)
        if done.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            log.warning("An answer could not be published: %s", done.rc.name)

    def close(self) -> None:
        """Say good-bye; the broker keeps the session, and what comes meanwhile."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, client: Client, _data: Any, flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._trouble(f"The broker refuses the connection: {reason}.")
            return
        log.info("Connected to the MQTT broker; session present: %s", flags.session_present)
        # What was retained is an event of old: it was taken when it came.
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        client.subscribe(self._topic, options=options)

    def _on_connect_fail(self, _client: Client, _data: Any) -> None:
        self._trouble("The broker can't be reached.")

    def _on_subscribe(
        self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        failed = [str(reason) for reason in reasons if reason.is_failure]
        if failed:
            self._trouble(f"The broker refuses the subscription: {', '.join(failed)}.")
        else:
            self.problem, self._since = "", now()

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        with self._lock:
            self._connection += 1
        self._lost()
        if reason.is_failure and self._since is not None:  # else it is told already why there was none
            # Of two processes with one name the broker throws out the first, which comes back and throws out the other.
            # It should give the reason (0x8e); mosquitto 2.0.11 just hangs up.
            soon = reason.value == _TAKEN_OVER or now() - self._since < _SOON
            hint = " Has another process the same ZHSQ_SERVE_MQTT_CLIENT_ID?" if soon else ""
            self._trouble(f"The connection was lost: {reason}.{hint}")
        self._since = None

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        given = message.properties
        self._received(
            Packet(
                topic=message.topic,
                payload=bytes(message.payload),
                content_type=getattr(given, "ContentType", ""),
                properties=tuple(getattr(given, "UserProperty", ())),
                answer_to=getattr(given, "ResponseTopic", ""),
                correlation=getattr(given, "CorrelationData", b""),
                mid=message.mid,
                connection=self._connection,
                qos=message.qos,
            )
        )

    def _trouble(self, problem: str) -> None:
        self._since = None
        if problem != self.problem:
            log.warning("%s", problem)
        self.problem = problem


def _address(settings: Settings) -> tuple[str, str, int]:
    url = settings.mqtt_url
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ZhsqError(f"The MQTT address can't be read: {error}.", "Give mqtts://HOST[:PORT].") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise ZhsqError("The MQTT address is not mqtt://HOST[:PORT] or mqtts://HOST[:PORT].", "See docs/alerts.md.")
    if parts.username is not None:
        raise ZhsqError(
            "The MQTT address holds credentials.", "Give ZHSQ_SERVE_MQTT_USERNAME and ZHSQ_SERVE_MQTT_PASSWORD."
        )
    if parts.scheme == "mqtt" and not settings.mqtt_plain and not loopback(parts.hostname):
        raise ZhsqError(
            f"Events would go to {parts.hostname} in clear.",
            "Give mqtts://, or set ZHSQ_SERVE_MQTT_PLAIN=true where the line is protected otherwise.",
        )
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def _properties(kind: int) -> Properties:
    return Properties(kind)  # type: ignore[no-untyped-call]


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.mqtt_ca)
        if settings.mqtt_certificate is not None:
            context.load_cert_chain(settings.mqtt_certificate, settings.mqtt_certificate_key)
    except OSError as error:  # ssl's errors are OSErrors
        raise ZhsqError(f"The certificates for MQTT can't be used: {error}.", "Give files in PEM format.") from error
    return context
