"""Events as nobody should send them: CloudEvents, and what cameras post, with values that parsers and stores trip over.

Body number n is the same every time.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "1",
    "source": "/s",
    "type": "vehicle",
    "time": "2026-11-26T08:00:00Z",
    "data": {"estate": "east", "device": "d1", "plate": "皖A12345", "confidence": 0.97, "lane": 1},
}
FIRE = {**EVENT, "type": "fire", "data": {"estate": "east", "device": "d1", "kind": "heat", "value": 58}}
ONVIF = """<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"
 xmlns:tt="http://www.onvif.org/ver10/schema"><env:Body><wsnt:Notify><wsnt:NotificationMessage><wsnt:Message>
 <tt:Message UtcTime="2026-11-26T07:59:58Z"><tt:Data><tt:SimpleItem Name="PlateNumber" Value="皖A12345"/>
 <tt:SimpleItem Name="Likelihood" Value="0.93"/><tt:SimpleItem Name="Lane" Value="2"/></tt:Data></tt:Message>
</wsnt:Message></wsnt:NotificationMessage></wsnt:Notify></env:Body></env:Envelope>"""
HIKVISION = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
 <dateTime>2026-11-26T15:59:58+08:00</dateTime><eventType>ANPR</eventType><ANPR><licensePlate>京AD12345</licensePlate>
 <line>2</line><direction>forward</direction><confidenceLevel>96</confidenceLevel><plateColor>blue</plateColor></ANPR>
 <UUID>77aa</UUID></EventNotificationAlert>"""
DAHUA: dict[str, Any] = {
    "Picture": {
        "Plate": {"PlateNumber": "皖A12345", "PlateColor": "Blue", "Confidence": 254},
        "SnapInfo": {"AccurateTime": "2026-11-26 15:59:58", "Direction": "Approach", "LaneNo": 1},
    }
}
#: What a field may hold that it should not. Times at both ends of the calendar with zones that lead beyond it; digits
#: that are none to `int`; halves of surrogate pairs; NUL, which PostgreSQL takes in no text; numbers that are no number.
NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 2**64, 10**400, -0.0, 1e308, float("nan"), float("inf"), "", " ", "\0", "a\0b",
    "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "²", "٣", "1e5", "9" * 5_000, "x" * 100_000, "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "2026-11-26T08:00:00+99:99", "-1", "1e400", "253402300800",
    "99999999999999999999", "east|west", "../../etc/passwd", "${jndi:ldap://127.0.0.1/a}", "' OR 1=1 --", "<script>", "%00",
    [], {}, [[]], {"a": {"b": {}}}, [None] * 1_000,
)  # fmt: skip
CAMERAS = ("onvif", "hikvision", "dahua")


def bodies(count: int) -> Iterator[tuple[str, str, bytes, str]]:
    """So many of them: how each was made, its path, its bytes, its content type."""
    for number in range(count):
        draw = random.Random(number)
        if number % 2:
            dialect = CAMERAS[number // 2 % 3]
            body = _json(draw, DAHUA) if dialect == "dahua" else _xml(draw, ONVIF if dialect == "onvif" else HIKVISION)
            path, kind = f"/v1/events/cameras/{dialect}?estate=east&device=gate", "application/octet-stream"
        else:
            sample: Any = draw.choice([EVENT, FIRE, [EVENT, FIRE]])
            body, path = _json(draw, sample), "/v1/events"
            kind = draw.choice(
                ["application/cloudevents+json", "application/cloudevents-batch+json", "application/json"]
            )
        yield f"body {number}, {path}", path, body, kind


def _json(draw: random.Random, sample: Any) -> bytes:
    value = json.loads(json.dumps(sample))
    for _ in range(draw.randint(1, 3)):
        value = _changed(draw, value)
    text = json.dumps(value, ensure_ascii=draw.random() < 0.7)
    body = text.encode("utf-8", "surrogatepass")
    match draw.randrange(12):
        case 0:
            return _damaged(draw, body)
        case 1:
            return b'{"a":' * 50_000 + body
        case 2:
            return body.replace(b"{", b'{"id": "other", "id": 5, ', 1)
        case 3:
            return text.encode("utf-16", "surrogatepass")
        case _:
            return body


def _changed(draw: random.Random, value: Any) -> Any:
    """With something of it replaced, lost, added or renamed."""
    if isinstance(value, dict) and value and draw.random() < 0.85:
        name = draw.choice(sorted(value))
        match draw.randrange(8):
            case 0:
                return {key: inner for key, inner in value.items() if key != name}
            case 1:
                return {**value, str(draw.choice(NASTY))[:300]: draw.choice(NASTY)}
            case _:
                return {**value, name: _changed(draw, value[name])}
    if isinstance(value, list) and value and draw.random() < 0.85:
        at = draw.randrange(len(value))
        return [*value[:at], _changed(draw, value[at]), *value[at + 1 :]]
    return draw.choice(NASTY)


def _xml(draw: random.Random, sample: str) -> bytes:
    text = sample
    for _ in range(draw.randint(1, 3)):
        spots = [match.span(1) for match in re.finditer(r'"([^"]*)"|>([^<>]+)<', text) if match.group(1) is not None]
        spots += [match.span(1) for match in re.finditer(r">([^<>]+)<", text)]
        start, end = draw.choice(spots)
        nasty = str(draw.choice(NASTY)).replace("<", "&lt;")
        text = text[:start] + nasty + text[end:]
    body = text.encode("utf-8", "surrogatepass")
    match draw.randrange(12):
        case 0:
            return _damaged(draw, body)
        case 1:
            return b"<a>" * 60_000 + body
        case 2:
            bomb = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]>'
            return body.replace(b"?>", b"?>" + bomb, 1)
        case 3:
            return text.replace("UTF-8", "utf-16").encode("utf-16", "surrogatepass")
        case 4:
            encoding = draw.choice([b"utf-7", b"idna", b"punycode", b"unicode_escape", b"zlib", b"rot13", b"x"])
            return body.replace(b"UTF-8", encoding, 1)
        case 5:
            return body.replace(b"</", b"<!--" + bytes(200) + b"--></", 1)
        case _:
            return body


def _damaged(draw: random.Random, body: bytes) -> bytes:
    data = bytearray(body)
    for _ in range(draw.randint(1, 20)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data[: draw.randint(1, len(data))])
