"""What a rule may ask of an event. It sees states and measures; what names one person or vehicle is closed to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, TypeGuard

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from zhsq.serve.alerting.events.envelope import EventType
from zhsq.serve.alerting.events.payloads import PAYLOADS

#: Words for what would name or follow someone; asked for, they get the reason rather than "no such field".
PERSONAL = frozenset(
    (
        "age",
        "address",
        "card",
        "card_no",
        "driver",
        "emotion",
        "ethnicity",
        "face",
        "face_id",
        "gender",
        "id_card",
        "identity",
        "license_plate",
        "mac",
        "name",
        "owner",
        "person",
        "person_id",
        "phone",
        "plate",
        "plate_number",
        "resident",
        "resident_id",
        "subject",
        "subject_id",
        "template",
        "track",
        "track_id",
        "user",
        "user_id",
        "visitor",
    )
)
WHY = "a rule can't name or follow a person or one vehicle: it sees states, counts and measures of devices only"
Value = str | int | float | bool


class Condition(BaseModel):
    """A kind of event, values that its fields must have, and a limit that a number in it must reach."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: EventType
    #: Field -> the value it must have, or a list of which it must have one.
    where: dict[str, Value | tuple[Value, ...]] = {}
    field: str | None = None
    at_least: float | None = None
    at_most: float | None = None

    @field_validator("where", mode="before")
    @classmethod
    def _open_to_rules(cls, where: Any, info: ValidationInfo) -> Any:
        """Before values are checked: what a rule may not look at deserves its reason."""
        for name in where if isinstance(where, dict) and "event" in info.data else ():
            _check_field(str(name), info.data["event"])
        return where

    @field_validator("where")
    @classmethod
    def _possible(cls, where: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        for name, wanted in where.items() if "event" in info.data else ():
            annotation: Any = PAYLOADS[info.data["event"]].model_fields[name].annotation
            allowed: TypeAdapter[Any] = TypeAdapter(annotation)
            for value in wanted if isinstance(wanted, tuple) else (wanted,):
                try:
                    allowed.validate_python(value)
                except ValidationError as error:
                    told = error.errors()[0]["msg"].removesuffix(" or None")
                    raise _fault(name, f"'{name}' of '{info.data['event']}' is never {value!r}: {told}") from error
        return where

    @field_validator("field")
    @classmethod
    def _measure(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is not None and "event" in info.data:
            _check_field(name, info.data["event"])
        return name

    @model_validator(mode="after")
    def _whole(self) -> Condition:
        if (self.field is None) != (self.at_least is None and self.at_most is None):
            raise ValueError("'field' goes with 'at_least' or 'at_most'")
        return self

    def holds(self, kind: str, data: dict[str, Any]) -> bool:
        """Whether an event, on its own, is of this kind, with these values and within these limits."""
        return kind == self.event and self.test()(data)

    def test(self) -> Callable[[dict[str, Any]], bool]:
        """What `holds` asks of the data of an event of this kind; made once, asked for each event."""
        wanted = [(name, value if isinstance(value, tuple) else (value,)) for name, value in self.where.items()]
        measure = self.field
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most

        def test(data: dict[str, Any]) -> bool:
            for name, values in wanted:
                if data.get(name) not in values:
                    return False
            if measure is None:
                return True
            number = data.get(measure)
            return is_number(number) and low <= number <= high

        return test


class During(BaseModel):
    """Hours of the day, and days of the week, in the zone of the rules; `from` after `to` spans midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: str = Field(examples=["08:00"], alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field(examples=["18:00"], alias="to", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()

    @property
    def length_s(self) -> int:
        """Of one span."""
        return (_seconds(self.end) - _seconds(self.start)) % 86_400 or 86_400

    def begun(self, at: float, offset_s: int) -> float | None:
        """When the span that covers a moment began; None outside of these hours.

        Args:
            at: seconds since 1970, UTC.
            offset_s: of local time from UTC.
        """
        today = (int(at) + offset_s) // 86_400
        for day in (today, today - 1):
            begin = self._start_of(day, offset_s)
            if begin is not None and begin <= at < begin + self.length_s:
                return begin
        return None

    def next(self, at: float, offset_s: int) -> float:
        """When the first span after a moment begins."""
        today = (int(at) + offset_s) // 86_400
        starts = (self._start_of(day, offset_s) for day in range(today, today + 9))
        return next(start for start in starts if start is not None and start > at)

    def _start_of(self, day: int, offset_s: int) -> float | None:
        """Of a day since 1970; None on a weekday that is not among `days`. 1970-01-01 was a Thursday."""
        weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(day + 3) % 7]
        return day * 86_400 + _seconds(self.start) - offset_s if not self.days or weekday in self.days else None


def is_number(value: object) -> TypeGuard[float]:
    """A number that a limit can be held against; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _check_field(name: str, event: str) -> None:
    payload = PAYLOADS[event]
    if name.lower() in PERSONAL or name in payload.HIDDEN:
        raise _fault(name, f"'{name}' is closed to rules: {WHY}")
    known = [field for field in payload.model_fields if field not in payload.HIDDEN]
    if name not in known:
        raise _fault(name, f"an event '{event}' has no field '{name}'; it has: {', '.join(known)}")


def _fault(at: str, message: str) -> PydanticCustomError:
    """An error that tells the parser which key of a mapping it is about."""
    return PydanticCustomError("rule", "{message}", {"message": message, "at": at})
