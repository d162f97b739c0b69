"""Events to a real broker: delivered once it is there, and counted where it refuses them."""

from __future__ import annotations

import json

import pytest

from zhsq.errors import ZhsqError
from zhsq.watch.publish import Publisher
from zhsq_testing.mqtt import PASSWORD, Device, Mosquitto, until


def test_events_wait_for_a_broker_that_is_away_and_come_in_their_order(mosquitto: Mosquitto) -> None:
    listener = Device(mosquitto.port, "zhsq", "zhsq/+/events")
    mosquitto.stop()
    said: list[str] = []
    publisher = Publisher(f"mqtt://127.0.0.1:{mosquitto.port}", "east", PASSWORD, said.append)
    for number in range(5):
        publisher.send({"id": str(number)})
    mosquitto.start()
    until(lambda: len(listener.heard) == 5)
    publisher.close()
    listener.close()
    assert [json.loads(message.payload)["id"] for message in listener.heard] == list("01234")
    assert listener.heard[0].properties.ContentType == "application/cloudevents+json"
    assert (publisher.delivered, publisher.failed, said) == (5, 0, [])


@pytest.mark.parametrize("why", ["password", "rights"])
def test_what_the_broker_refuses_counts_as_failed_and_is_told_of(mosquitto: Mosquitto, why: str) -> None:
    if why == "rights":
        mosquitto.stop()
        (mosquitto.folder / "acl").write_text("user zhsq\n")
        mosquitto.start()
    said: list[str] = []
    password = "wrong" if why == "password" else PASSWORD
    publisher = Publisher(f"mqtt://127.0.0.1:{mosquitto.port}", "east", password, said.append)
    publisher.send({"id": "a"})
    until(lambda: said)
    publisher.close(0.2)
    assert (publisher.delivered, publisher.failed) == (0, 1) and "Not authorized" in said[0]


@pytest.mark.parametrize("url", ["mqtt://", "mqtts://a:b@host", "mqtt://host:x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ZhsqError):
        Publisher(url, "east", "", print)
