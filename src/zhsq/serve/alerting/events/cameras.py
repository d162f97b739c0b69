"""Plate results of cameras that an estate already owns, as events of the type `vehicle`.

Three dialects: ONVIF event XML (`wsnt:NotificationMessage` with simple items), the `EventNotificationAlert` XML that
Hikvision's cameras post as an alarm (ISAPI), and the JSON that Dahua's post. Pictures that come along are not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal

from zhsq.serve.alerting.events import xml
from zhsq.serve.alerting.events.envelope import BadEventError

Dialect = Literal["onvif", "hikvision", "dahua"]
#: Cameras that give a time without its zone show the time of China.
CHINA = timezone(timedelta(hours=8))
_COLOURS = {
    "blue": "blue",
    "yellow": "yellow",
    "green": "green",
    "newenergygreen": "green",
    "newenergyyellowgreen": "green",
    "white": "white",
    "black": "black",
    "蓝": "blue",
    "黄": "yellow",
    "绿": "green",
    "白": "white",
    "黑": "black",
}
_IN, _OUT = {"forward", "in", "approach", "approaching", "enter"}, {"reverse", "out", "leave", "leaving", "away"}
#: What cameras write where they could not read the plate.
_UNREAD = {"", "unknown", "无车牌", "未识别", "noplate", "none"}


def passes(dialect: Dialect, body: bytes, estate: str, device: str) -> list[dict[str, Any]]:
    """The plate passes in what a camera posted, as structured CloudEvents; none where it reports something else.

    A pass has the camera's own id where it gives one, else one made of device, time and plate, so that a camera that
    repeats itself is taken once.

    Args:
        dialect: how the camera speaks.
        body: XML or JSON, UTF-8 unless the XML says otherwise.
        estate: where it stands.
        device: what it is called there.

    Raises:
        BadEventError: not of the dialect, or XML that is refused.
    """
    found = _READERS[dialect](body)
    return [_event(one, dialect, estate, device) for one in found]


def _onvif(body: bytes) -> Iterable[dict[str, Any]]:
    root = xml.parse(body)
    messages = [e for e in root.iter() if isinstance(e.tag, str) and xml.local(e) == "NotificationMessage"]
    if not messages:
        raise BadEventError("There is no wsnt:NotificationMessage in the XML.", "Is the camera's dialect ONVIF?")
    for message in messages:
        items = {
            str(e.get("Name", "")).lower(): str(e.get("Value", ""))
            for e in message.iter()
            if isinstance(e.tag, str) and xml.local(e) == "SimpleItem"
        }
        plate = _first(items, "platenumber", "licenseplate", "plate", "platetext")
        if plate is None:
            continue  # motion, tampering and the like come over the same subscription
        times = [e.get("UtcTime") for e in message.iter() if e.get("UtcTime")]
        yield {
            "plate": plate,
            "time": times[0] if times else None,
            "zone": UTC,
            "id": _first(items, "eventid", "transactionid", "uuid"),
            "confidence": _first(items, "likelihood", "confidence", "platelikelihood"),
            "colour": _first(items, "platecolor", "color"),
            "direction": _first(items, "direction", "drivingdirection"),
            "lane": _first(items, "lane", "laneno"),
        }


def _hikvision(body: bytes) -> Iterable[dict[str, Any]]:
    root = xml.parse(body)
    if xml.local(root) != "EventNotificationAlert":
        raise BadEventError(f"The XML is a {xml.local(root)}, not an EventNotificationAlert.")
    if (xml.text_of(root, "eventType") or "").upper() not in ("ANPR", "VEHICLEDETECTION"):
        return
    yield {
        "plate": xml.text_of(root, "licensePlate", "originalLicensePlate"),
        "time": xml.text_of(root, "dateTime"),
        "zone": CHINA,
        "id": xml.text_of(root, "UUID"),
        "confidence": xml.text_of(root, "confidenceLevel"),
        "colour": xml.text_of(root, "plateColor"),
        "direction": xml.text_of(root, "direction"),
        "lane": xml.text_of(root, "line", "laneNo"),
    }


def _dahua(body: bytes) -> Iterable[dict[str, Any]]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadEventError(f"The body is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise BadEventError("The body is not a JSON object.")
    events = content.get("Events", [content.get("Event", content)])
    for event in events if isinstance(events, list) else [events]:
        inner = event.get("Data", event) if isinstance(event, dict) else None
        if not isinstance(inner, dict):
            raise BadEventError("An event in the JSON is not an object.")
        picture = _inner(inner, "Picture")
        plate, snap = _inner(picture, "Plate") or _inner(inner, "TrafficCar"), _inner(picture, "SnapInfo")
        if not plate:
            continue
        flat = {str(name).lower(): value for part in (snap, plate) for name, value in part.items()}
        yield {
            "plate": _first(flat, "platenumber"),
            "time": _first(flat, "accuratetime", "snaptime") or _first(inner, "UTC"),
            "zone": CHINA,
            "id": _first(inner, "UUID", "EventID") or _first(flat, "uuid"),
            "confidence": _first(flat, "confidence"),
            "colour": _first(flat, "platecolor"),
            "direction": _first(flat, "direction"),
            "lane": _first(flat, "laneno", "lane"),
        }


_READERS: dict[Dialect, Callable[[bytes], Iterable[dict[str, Any]]]] = {
    "onvif": _onvif,
    "hikvision": _hikvision,
    "dahua": _dahua,
}


def _event(found: dict[str, Any], dialect: str, estate: str, device: str) -> dict[str, Any]:
    time = _time(found["time"], found["zone"])
    text = str(found["plate"] or "").strip()
    plate = None if re.sub(r"[\s·.\-]", "", text).lower() in _UNREAD else text
    identity = found["id"] or hashlib.sha256(f"{device}|{time}|{plate}".encode("utf-8", "replace")).hexdigest()[:32]
    direction = str(found["direction"] or "").lower()
    data = {
        "estate": estate,
        "device": device,
        "plate": plate,
        "confidence": _share(found["confidence"]),
        "colour": _COLOURS.get(re.sub(r"[\s_色]", "", str(found["colour"] or "")).lower(), "unknown"),
        "direction": "in" if direction in _IN else "out" if direction in _OUT else "unknown",
        "lane": int(found["lane"]) if re.fullmatch("[0-9]{1,2}", str(found["lane"])) else None,
    }
    return {
        "specversion": "1.0",
        "id": str(identity),
        "source": f"camera/{dialect}/{estate}/{device}",
        "type": "vehicle",
        **({"time": time.isoformat()} if time else {}),
        "data": {name: value for name, value in data.items() if value is not None},
    }


def _time(value: object, zone: timezone) -> datetime | None:
    """ISO 8601, 'YYYY-MM-DD hh:mm:ss' or seconds since 1970; one without a zone is in the camera's."""
    if value is None:
        return None
    try:
        if str(value).replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(str(value)), UTC)
        read = datetime.fromisoformat(str(value).strip())
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadEventError(f"The camera's time {str(value)[:60]!r} can't be read.") from error


def _share(value: object) -> float | None:
    """Cameras give 0..1 or 0..100."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    number = number / 100 if number > 1 else number
    return number if 0 <= number <= 1 else None


def _first(items: dict[str, Any], *names: str) -> Any:
    return next((items[name] for name in names if items.get(name) not in (None, "")), None)


def _inner(items: dict[str, Any], name: str) -> dict[str, Any]:
    found = items.get(name)
    return found if isinstance(found, dict) else {}
