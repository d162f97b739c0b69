"""A day of an estate, made up: events of every kind as its systems would send them, to try rules on.

Nobody is in it: no plate, no name. The same seed gives the same day.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

#: The estate's clock, and the day that is made unless another is asked for; midnight to midnight.
ZONE = timezone(timedelta(hours=8))
DAY = datetime(2026, 11, 24, tzinfo=ZONE)
_HOURS = 24.0
#: Share of the day's passes per hour: people leave in the morning and come home in the evening.
_BUSY = (1, 1, 0.5, 0.5, 0.5, 2, 5, 9, 8, 4, 3, 4, 5, 4, 3, 3, 4, 7, 9, 8, 6, 5, 3, 2)
#: A device, the hour, what it says.
_Said = tuple[str, float, dict[str, Any]]


def sample_day(seed: int = 0, estate: str = "east", day: datetime = DAY) -> list[dict[str, Any]]:
    """CloudEvents of one day, in the order in which they reached the API.

    Most come within seconds. A gateway has no line for 25 minutes in the evening: what it kept comes all at once then.

    Args:
        seed: of all that is random.
        estate: that they are of.
        day: its midnight, in `ZONE`. The events of two days have identifiers of their own.
    """
    draw = random.Random(seed)
    came: list[tuple[float, dict[str, Any]]] = []
    for kind, scene in _SCENES.items():
        for number, (device, hour, data) in enumerate(sorted(scene(draw), key=lambda one: one[1])):
            if 0 <= hour < _HOURS:
                came.append((_arrival(draw, device, hour), _event(kind, number, estate, device, day, hour, data)))
    return [event for _, event in sorted(came, key=lambda one: (one[0], one[1]["source"], one[1]["id"]))]


def _event(
    kind: str, number: int, estate: str, device: str, day: datetime, hour: float, data: dict[str, Any]
) -> dict[str, Any]:
    time = (day + timedelta(hours=hour)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "specversion": "1.0",
        "id": f"{kind}-{day:%Y%m%d}-{number}",
        "source": f"/{estate}/{kind}",
        "type": kind,
        "time": time,
        "data": {"estate": estate, "device": device, "zone": _zone(device), **data},
    }


def _arrival(draw: random.Random, device: str, hour: float) -> float:
    away = (19.0, 19.0 + 25 / 60)
    if _zone(device) == "north" and away[0] <= hour < away[1]:
        return away[1] + draw.uniform(0, 5) / 3600
    return hour + draw.expovariate(1 / 2) / 3600  # two seconds on average, so that neighbours change places


def _zone(device: str) -> str:
    return ("south", "north")[sum(map(ord, device)) % 2]


def _around_the_clock(draw: random.Random, most: float) -> Iterator[float]:
    """Hours of passes, so many in the busiest hour."""
    hour = 0.0
    while (hour := hour + draw.expovariate(most)) < _HOURS:
        if draw.random() < _BUSY[int(hour)] / max(_BUSY):
            yield hour


def _access(draw: random.Random) -> Iterator[_Said]:
    for door in ("door-1", "door-2", "door-3", "door-4"):
        for hour in _around_the_clock(draw, 40):
            decision = "denied" if draw.random() < 0.01 else "granted"
            method = draw.choice(("face", "card", "code", "qr"))
            yield door, hour, {"decision": decision, "method": method, "direction": draw.choice(("in", "out"))}
    for second in (0, 20, 45):  # someone tries a card that is not valid, then the door itself
        yield "door-3", 2.2 + second / 3600, {"decision": "denied", "method": "card"}
    yield "door-3", 2.2 + 130 / 3600, {"decision": "forced", "method": "other"}
    yield "door-1", 8.4, {"decision": "held-open"}


def _vehicle(draw: random.Random) -> Iterator[_Said]:
    for gate, lane in (("gate-1", 1), ("gate-1", 2), ("gate-2", 1)):
        for hour in _around_the_clock(draw, 25):
            share = draw.random()
            decision = "unknown" if share < 0.02 else "ambiguous" if share < 0.03 else "match"
            permit = "none" if decision == "unknown" else "expired" if draw.random() < 0.005 else "valid"
            given = {"decision": decision, "permit": permit, "lane": lane}
            yield gate, hour, given | {"confidence": round(draw.uniform(0.7, 1), 3)}


def _anomaly(draw: random.Random) -> Iterator[_Said]:
    for camera in ("camera-1", "camera-2", "camera-3"):
        for incident in range(6):
            hour, unusual = draw.uniform(0, _HOURS), incident == 0
            score = draw.uniform(1.1, 2) if unusual else draw.uniform(0.6, 0.95)
            given = {"incident": incident, "threshold": 1.0, "score": round(score, 3)}
            yield camera, hour, given | {"state": "open"}
            yield camera, hour + draw.uniform(5, 40) / 3600, given | {"state": "closed"}


def _perimeter(draw: random.Random) -> Iterator[_Said]:
    for fence in ("fence-1", "fence-2", "fence-3", "fence-4"):
        for hour in range(24):
            yield fence, hour + draw.uniform(0, 0.1), {"state": "clear"}
    yield "fence-2", 3.1, {"state": "crossed"}
    yield "fence-2", 3.1 + 15 / 3600, {"state": "crossed"}
    yield "fence-4", 14.5, {"state": "fault"}


def _patrol(draw: random.Random) -> Iterator[_Said]:
    for number, point in enumerate(("point-1", "point-2", "point-3")):
        for hour in (0.5, 2.0, 3.5, 5.0, 22.3, 23.5):
            if (point, hour) not in (("point-2", 2.0), ("point-2", 3.5)):  # missed
                yield point, hour + number / 10 + draw.uniform(0, 0.05), {"state": "done"}


def _electrical(draw: random.Random) -> Iterator[_Said]:
    for box in ("box-1", "box-2", "box-3"):
        for quarter in range(96):
            hour = quarter / 4 + draw.uniform(0, 0.01)
            warm = 38 + 8 * math.sin((hour - 9) / 24 * 2 * math.pi) + draw.gauss(0, 1)
            if box == "box-2" and 15 <= hour < 16.5:  # a loose terminal
                warm += 45 * (hour - 15)
            leak = 340.0 if box == "box-3" and 21 <= hour < 21.5 else draw.uniform(5, 25)
            given = {"temperature_c": round(warm, 1), "leakage_ma": round(leak, 1)}
            yield box, hour, given | {"voltage_v": round(draw.gauss(228, 2), 1)}


def _fire(draw: random.Random) -> Iterator[_Said]:
    for number in range(8):
        kind = "heat" if number % 4 == 3 else "smoke"
        for hour in range(24):
            value = round(draw.uniform(18, 26), 1) if kind == "heat" else 0
            yield f"detector-{number}", hour + number / 60, {"kind": kind, "value": value, "state": "normal"}
    for minute in range(6):  # a fire in a bicycle shed
        yield "detector-1", 18.6 + minute / 60, {"kind": "smoke", "value": 1, "state": "alarm"}
        yield "detector-3", 18.62 + minute / 60, {"kind": "heat", "value": 52 + 6 * minute, "state": "alarm"}


def _charger(draw: random.Random) -> Iterator[_Said]:
    for number in range(6):
        hour = draw.uniform(17, 23.9)
        for step in range(8):
            given = {"state": "charging", "power_w": round(draw.gauss(450, 20)), "minutes": 20 * step}
            yield f"charger-{number}", hour + step / 3, given
        yield f"charger-{number}", hour + 8 / 3, {"state": "full"}
    yield "charger-2", 20.1, {"state": "overheat", "temperature_c": 71.0}


def _lamp(draw: random.Random) -> Iterator[_Said]:
    for number in range(16):
        for hour, state in ((6.3, "off"), (17.5, "on")):
            broken = state == "on" and number in (2, 4, 6)
            yield f"lamp-{number}", hour + draw.uniform(0, 0.05), {"state": "fault" if broken else state}


def _wifi(draw: random.Random) -> Iterator[_Said]:
    for point in ("ap-1", "ap-2"):
        for half in range(48):
            clients = int(3 * _BUSY[half // 2] + draw.uniform(0, 5))
            yield point, half / 2 + draw.uniform(0, 0.01), {"state": "up", "clients": clients}
    yield "ap-2", 11.25, {"state": "rogue"}


def _heartbeat(draw: random.Random) -> Iterator[_Said]:
    counts = {"camera": 3, "door": 4, "gate": 2, "box": 3}
    for device in (f"{kind}-{number}" for kind, most in counts.items() for number in range(1, most + 1)):
        begin = draw.uniform(0, 1 / 12)
        for number in range(288):
            hour = begin + number / 12
            if not (device == "camera-2" and 13.3 <= hour < 15.1):  # unplugged
                yield device, hour, {"state": "online", "uptime_s": 86_400 + 300 * number}
    yield "door-4", 16.8, {"state": "offline"}


_SCENES = {
    "access": _access,
    "vehicle": _vehicle,
    "anomaly": _anomaly,
    "perimeter": _perimeter,
    "patrol": _patrol,
    "electrical": _electrical,
    "fire": _fire,
    "charger": _charger,
    "lamp": _lamp,
    "wifi": _wifi,
    "heartbeat": _heartbeat,
}
