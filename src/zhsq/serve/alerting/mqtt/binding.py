"""CloudEvents in MQTT messages (CloudEvents MQTT protocol binding 1.0.2), and the answers to them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhsq.serve.alerting.events.envelope import STRUCTURED, BadEventError

#: What is listened to; '+' is the estate.
TOPIC = "zhsq/{estate}/events"
#: Where answers may go: below the estate's own, so that no sender makes the API speak where it may not itself.
ANSWERS = "zhsq/{estate}/answers/"
_TOPIC = re.compile(r"zhsq/([^/]+)/events")
_NO_TOPIC = re.compile(r"[+#\x00]")


@dataclass(frozen=True)
class Packet:
    """A message as it came.

    Attributes:
        topic: that it was published to.
        payload: its bytes.
        content_type: of MQTT 5; '' where there is none.
        properties: the user properties, in their order.
        answer_to: the response topic; '' where no answer is wanted.
        correlation: what the answer has to carry.
        mid: the packet's identifier, of use only on the connection that it came by.
        connection: which that was.
        qos: 0 is never sent again.
    """

    topic: str
    payload: bytes
    content_type: str = ""
    properties: Sequence[tuple[str, str]] = ()
    answer_to: str = ""
    correlation: bytes = b""
    mid: int = 0
    connection: int = 0
    qos: int = 1

    @property
    def estate(self) -> str:
        """Of the topic, by which the broker says who may write; '' for a topic that is none of ours."""
        found = _TOPIC.fullmatch(self.topic)
        return found[1] if found else ""

    @property
    def answerable(self) -> bool:
        """Whether an answer is asked for, and to a topic of this estate that may be answered to."""
        below = ANSWERS.format(estate=self.estate)
        return bool(self.estate) and self.answer_to.startswith(below) and not _NO_TOPIC.search(self.answer_to)


def read_packet(packet: Packet) -> object:
    """The event of a message, decoded but not yet checked.

    In binary mode the attributes are user properties, and the content type is that of the data. Without a content type
    it is taken as structured, which is all that a client of MQTT 3.1.1 can send.

    Raises:
        BadEventError: not JSON, or neither of the two modes.
    """
    kind = packet.content_type.partition(";")[0].strip().lower()
    try:
        content = json.loads(packet.payload)
    except (ValueError, RecursionError) as error:
        raise BadEventError(f"The payload is not JSON: {error}.") from error
    if kind.startswith("application/cloudevents"):
        if kind != STRUCTURED:
            raise BadEventError(f"Events as {kind} are not taken.", f"Publish {STRUCTURED}, one event a message.")
        return content
    attributes = dict(packet.properties)
    if "specversion" in attributes:
        return attributes | {"datacontenttype": kind or "application/json", "data": content}
    if kind not in ("", "application/json"):
        raise BadEventError(f"The content type is {kind}.", f"Publish {STRUCTURED}, or attributes as user properties.")
    return content
