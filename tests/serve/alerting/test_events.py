"""The envelope in its three modes, payloads of every kind, and what cameras post."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from zhsq.serve.alerting.events.cameras import passes
from zhsq.serve.alerting.events.envelope import BadEventError, read_body, read_event
from zhsq.serve.alerting.events.payloads import PAYLOADS
from zhsq_testing.bodies import bodies

NOW = datetime(2026, 11, 26, 8, 0)
SAMPLES = {
    "access": {"decision": "denied", "method": "card"},
    "vehicle": {"plate": "皖A·12345", "confidence": 0.97, "colour": "blue"},
    "anomaly": {"score": 2.0, "threshold": 1.5, "box": [1, 2, 3, 4], "state": "open"},
    "perimeter": {"state": "crossed"},
    "patrol": {"state": "done"},
    "electrical": {"temperature_c": 71.5, "door": "open"},
    "fire": {"kind": "heat", "value": 58},
    "charger": {"state": "overheat", "power_w": 900},
    "lamp": {"state": "fault"},
    "wifi": {"state": "rogue", "clients": 12},
    "heartbeat": {"state": "online", "battery_pct": 80},
}


def event(kind: str = "fire", **changes: object) -> dict:
    data = {"estate": "east", "device": "d1", **SAMPLES[kind]}
    return {"specversion": "1.0", "id": "1", "source": "/s", "type": kind, "data": data, **changes}


def test_every_kind_has_a_payload_that_takes_its_sample() -> None:
    assert SAMPLES.keys() == PAYLOADS.keys()
    for kind in SAMPLES:
        taken = read_event(event(kind), NOW)
        assert (taken.type, taken.estate, taken.time) == (kind, "east", NOW)
    assert read_event(event("vehicle"), NOW).data["plate"] == "皖A12345", "as plates are compared"


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_no_kind_takes_a_field_for_a_person(kind: str) -> None:
    for field in ("name", "subject", "face", "person_id", "gender"):
        raw = event(kind)
        with pytest.raises(BadEventError, match=rf"data\.{field}: Extra inputs"):
            read_event({**raw, "data": {**raw["data"], field: "x"}}, NOW)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ([], "is a JSON object"),
        (event(type="person"), "type: "),
        (event(specversion="0.3"), "specversion: "),
        (event(id=""), "id: "),
        (event(time="yesterday"), "time: "),
        (event(time="0001-01-01T00:00:00+14:00"), "time: "),
        (event(source="/s\x00"), "source: "),
        (event(data={"estate": "e\x00", "device": "d", "kind": "smoke", "value": 1}), r"data\.estate: "),
        (event(data={"estate": "east", "device": "d", "kind": "smoke", "value": float("nan")}), r"data\.value: "),
        (event(data={"estate": "east", "device": "a|b", "kind": "smoke", "value": 1}), r"data\.device: "),
        (event(data={"estate": "east", "kind": "smoke", "value": 1}), r"data\.device: Field required"),
    ],
)
def test_a_refusal_names_the_field(raw: object, says: str) -> None:
    with pytest.raises(BadEventError, match=says):
        read_event(raw, NOW)


def test_a_time_with_its_zone_is_stored_in_utc() -> None:
    assert read_event(event(time="2026-11-26T16:00:00+08:00"), NOW).time == NOW


def test_the_three_modes_say_the_same() -> None:
    whole = event(id="ein/汉", source="/s")
    structured = read_body(json.dumps(whole).encode(), {"content-type": "application/cloudevents+json; charset=utf-8"})
    batch = read_body(json.dumps([whole]).encode(), {"content-type": "application/cloudevents-batch+json"})
    headers = {"ce-specversion": "1.0", "ce-id": "ein/%E6%B1%89", "ce-source": "/s", "ce-type": "fire"}
    binary = read_body(json.dumps(whole["data"]).encode(), {"content-type": "application/json", **headers})
    assert (structured[1], batch[1], binary[1]) == (False, True, False)
    assert read_event(structured[0][0], NOW) == read_event(batch[0][0], NOW) == read_event(binary[0][0], NOW)


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"{", "application/json", "not JSON"),
        (b"[" * 100_000, "application/json", "not JSON"),
        (b"[]", "application/cloudevents+json", "a list"),
        (b"{}", "application/cloudevents-batch+json", "no list"),
        (b"{}", "application/cloudevents+avro", "are not taken"),
        (json.dumps([{}] * 1001).encode(), "application/json", "1001 events"),
    ],
)
def test_a_body_of_neither_mode_is_refused(body: bytes, kind: str, says: str) -> None:
    with pytest.raises(BadEventError, match=says):
        read_body(body, {"content-type": kind})


ONVIF = """<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"
 xmlns:tt="http://www.onvif.org/ver10/schema"><env:Body><wsnt:Notify>
 <wsnt:NotificationMessage><wsnt:Topic>tns1:RuleEngine/LicensePlateRecognition/Plate</wsnt:Topic><wsnt:Message>
  <tt:Message UtcTime="2026-11-26T07:59:58Z"><tt:Data><tt:SimpleItem Name="PlateNumber" Value="皖A12345"/>
  <tt:SimpleItem Name="Likelihood" Value="0.93"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>
 <wsnt:NotificationMessage><wsnt:Message><tt:Message UtcTime="2026-11-26T07:59:59Z"><tt:Data>
  <tt:SimpleItem Name="IsMotion" Value="true"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>
</wsnt:Notify></env:Body></env:Envelope>"""
HIKVISION = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
 <ipAddress>192.0.2.64</ipAddress><dateTime>2026-11-26T15:59:58+08:00</dateTime><eventType>ANPR</eventType>
 <ANPR><licensePlate>京AD12345</licensePlate><line>2</line><direction>forward</direction>
 <confidenceLevel>96</confidenceLevel><plateColor>newEnergyGreen</plateColor></ANPR><UUID>77aa</UUID>
</EventNotificationAlert>"""
DAHUA = {
    "Picture": {
        "Plate": {"IsExist": True, "PlateNumber": "皖A12345", "PlateColor": "Blue", "Confidence": 254},
        "SnapInfo": {"AccurateTime": "2026-11-26 15:59:58", "DefenceCode": "x", "Direction": "Approach", "LaneNo": 1},
        "NormalPic": {"Content": "AAAA", "PicName": "a.jpg"},
    }
}


def read(dialect: str, body: str) -> list[dict]:
    found = passes(dialect, body.encode(), "east", "gate-1")
    return [
        read_event(one, NOW).data | {"time": read_event(one, NOW).time.isoformat(), "id": one["id"]} for one in found
    ]


def test_onvif_xml_becomes_a_plate_pass_and_motion_becomes_nothing() -> None:
    [one] = read("onvif", ONVIF)
    assert (one["plate"], one["confidence"], one["time"]) == ("皖A12345", 0.93, "2026-11-26T07:59:58")
    assert read("onvif", ONVIF)[0]["id"] == one["id"], "a camera that repeats itself is taken once"


def test_a_hikvision_alarm_becomes_a_plate_pass() -> None:
    [one] = read("hikvision", HIKVISION)
    expected = {"plate": "京AD12345", "colour": "green", "lane": 2, "direction": "in", "confidence": 0.96, "id": "77aa"}
    assert expected.items() <= one.items() and one["time"] == "2026-11-26T07:59:58"
    assert read("hikvision", HIKVISION.replace(">ANPR<", ">VMD<")) == []


def test_a_dahua_alarm_becomes_a_plate_pass_in_the_time_of_china() -> None:
    [one] = read("dahua", json.dumps(DAHUA))
    expected = {"plate": "皖A12345", "colour": "blue", "lane": 1, "direction": "in"}
    assert expected.items() <= one.items() and one["time"] == "2026-11-26T07:59:58"
    assert "confidence" not in one, "254 is in no unit that is known"


def test_a_plate_that_a_camera_could_not_read_is_none() -> None:
    [one] = read("hikvision", HIKVISION.replace("京AD12345", "unknown"))
    assert "plate" not in one


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><EventNotificationAlert>&b;</EventNotificationAlert>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><EventNotificationAlert>&a;</EventNotificationAlert>'
FETCH = '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><EventNotificationAlert/>'


@pytest.mark.parametrize("dialect", ["onvif", "hikvision"])
@pytest.mark.parametrize(
    "body", [BOMB, EXTERNAL, FETCH, "<a", "<a/>", "<a>" * 50_000, "", "<a>" + "x" * 600_000 + "</a>"]
)
def test_xml_with_entities_or_a_dtd_and_what_is_no_alarm_is_refused(dialect: str, body: str) -> None:
    with pytest.raises(BadEventError):
        passes(dialect, body.encode(), "east", "gate-1")


@pytest.mark.parametrize(
    "body",
    ["", "[1]", '{"Events": [3]}', '{"Picture": {"Plate": {"PlateNumber": "x"}, "SnapInfo": {"SnapTime": "noon"}}}'],
)
def test_json_that_is_no_alarm_is_refused(body: str) -> None:
    with pytest.raises(BadEventError):
        passes("dahua", body.encode(), "east", "gate-1")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (event(time="0001-01-01T00:00:00+14:00"), "years 1 and 9999"),
        (event(time="9999-12-31T23:59:59-14:00"), "years 1 and 9999"),
        (event(id="\ud800"), "id: "),
    ],
)
def test_a_time_beyond_the_calendar_and_half_a_character_are_refused(raw: object, says: str) -> None:
    with pytest.raises(BadEventError, match=says):
        read_event(raw, NOW)


@pytest.mark.parametrize("lane", ["²", "٣", "9" * 5000, "-1", "100"])
def test_a_lane_that_is_no_small_number_is_left_out(lane: str) -> None:
    (made,) = passes(
        "dahua",
        json.dumps({"Picture": {"Plate": {"PlateNumber": "皖A1"}, "SnapInfo": {"LaneNo": lane}}}).encode(),
        "e",
        "d",
    )
    assert "lane" not in made["data"]


def test_a_camera_s_time_beyond_the_calendar_and_a_plate_with_half_a_character_break_nothing() -> None:
    with pytest.raises(BadEventError, match="can't be read"):
        passes(
            "hikvision", HIKVISION.replace("2026-11-26T15:59:58+08:00", "0001-01-01T00:00:00+14:00").encode(), "e", "d"
        )
    picture = {"Picture": {"Plate": {"PlateNumber": "\ud800"}}}
    (made,) = passes("dahua", json.dumps(picture).encode(), "e", "d")
    with pytest.raises(BadEventError, match="plate"):
        read_event(made, NOW)


def test_mutated_bodies_are_taken_or_refused() -> None:
    """More of them, through the API: `make quality`."""
    taken = 0
    for how, path, body, kind in bodies(800):
        dialect = path.split("/")[4].partition("?")[0] if "cameras" in path else None
        try:
            raws = passes(dialect, body, "east", "gate") if dialect else read_body(body, {"content-type": kind})[0]
            taken += len([read_event(raw, NOW) for raw in raws])
        except BadEventError as error:
            str(error).encode()
        except Exception as error:
            pytest.fail(f"{how}: {type(error).__name__}: {str(error)[:200]}")
    assert taken > 50
