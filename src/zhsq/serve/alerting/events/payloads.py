"""What an event says, per kind. Unknown fields are refused, so that no name, face or address of a person slips in."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from zhsq.models.plate.grammar import normalise

#: A device, a zone or another thing of the estate; printable, no separator of keys.
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^|\x00-\x1f]+$")]
Zone = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^|\x00-\x1f]+$")]
#: Text without NUL, which PostgreSQL can't store.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Payload(BaseModel):
    """Of every kind: which estate, which device, and in which part of the estate it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    #: Fields that name one person or vehicle: kept as evidence, closed to rules.
    HIDDEN: ClassVar[frozenset[str]] = frozenset()

    estate: Text = Field(min_length=1, max_length=64)
    device: Name
    zone: Zone | None = None


class Access(Payload):
    """A decision at a door, or what the door itself reports. Who it was stays with the door."""

    decision: Literal["granted", "denied", "forced", "held-open"]
    method: Literal["face", "card", "code", "qr", "remote", "other"] = "other"
    direction: Literal["in", "out", "unknown"] = "unknown"


class Vehicle(Payload):
    """A plate pass. Where the sender gives no decision, the plate and its permits are looked up."""

    HIDDEN = frozenset({"plate"})

    plate: Annotated[Text, Field(min_length=1, max_length=16), AfterValidator(normalise)] | None = None
    decision: Literal["match", "ambiguous", "unknown"] | None = None
    permit: Literal["valid", "wrong-hours", "wrong-gate", "not-yet", "expired", "none"] | None = None
    #: 0..1, of the weakest character where known.
    confidence: float | None = Field(default=None, ge=0, le=1)
    colour: Literal["blue", "yellow", "green", "white", "black", "unknown"] = "unknown"
    lane: int | None = Field(default=None, ge=0, le=99)
    direction: Literal["in", "out", "unknown"] = "unknown"


class Anomaly(Payload):
    """As `zhsq watch` sends it. `threshold` is the camera's own, of its calibration on held-out normal frames."""

    state: Literal["open", "closed"] | None = None
    score: Number | None = None
    threshold: Number | None = None
    incident: int | None = None
    started_s: Number | None = None
    opened_s: Number | None = None
    closed_s: Number | None = None
    peak: Number | None = None
    peak_s: Number | None = None
    box: tuple[int, int, int, int] | None = None
    #: Where the picture lies, people pixelated.
    snapshot: Text | None = Field(default=None, max_length=500)
    model: Text | None = Field(default=None, max_length=64)
    reason: Text | None = Field(default=None, max_length=100)


class Perimeter(Payload):
    """A fence, beam or wall sensor."""

    state: Literal["crossed", "clear", "tamper", "fault"]


class Patrol(Payload):
    """A patrol point was checked. Which guard it was is not told here."""

    state: Literal["done", "skipped", "problem"] = "done"


class Electrical(Payload):
    """An electrical box: degrees Celsius, milliamperes of residual current, amperes, volts."""

    temperature_c: Number | None = None
    leakage_ma: Number | None = None
    current_a: Number | None = None
    voltage_v: Number | None = None
    door: Literal["open", "closed"] | None = None


class Fire(Payload):
    """A detector or call point; `value` in the unit of the detector (°C for heat, 0 or 1 for a contact)."""

    kind: Literal["smoke", "heat", "gas", "manual", "water-pressure"]
    value: Number
    state: Literal["normal", "alarm", "fault"] | None = None


class Charger(Payload):
    """A charging point of electric cycles or cars."""

    state: Literal["idle", "charging", "full", "fault", "overheat"]
    power_w: Number | None = None
    temperature_c: Number | None = None
    minutes: Number | None = None


class Lamp(Payload):
    """A street lamp."""

    state: Literal["on", "off", "fault"]
    power_w: Number | None = None


class Wifi(Payload):
    """Management of the estate's access points: states and counts, no address of any device of a person."""

    state: Literal["up", "down", "overload", "rogue"]
    clients: int | None = Field(default=None, ge=0)


class Heartbeat(Payload):
    """A device says that it lives, or its supervisor that it does not."""

    state: Literal["online", "offline", "degraded"] = "online"
    uptime_s: Number | None = None
    battery_pct: float | None = Field(default=None, ge=0, le=100)


#: Type of the event -> its payload.
PAYLOADS: dict[str, type[Payload]] = {
    "access": Access,
    "vehicle": Vehicle,
    "anomaly": Anomaly,
    "perimeter": Perimeter,
    "patrol": Patrol,
    "electrical": Electrical,
    "fire": Fire,
    "charger": Charger,
    "lamp": Lamp,
    "wifi": Wifi,
    "heartbeat": Heartbeat,
}
