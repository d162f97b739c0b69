from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    BinaryIO,
    Generator,
    Literal,
    TextIO,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.threshold_assign import ThresholdAssign, check_threshold_assign
from ..models.threshold_event import ThresholdEvent, check_threshold_event
from ..models.threshold_key_item import ThresholdKeyItem, check_threshold_key_item
from ..models.threshold_severity import ThresholdSeverity, check_threshold_severity
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.during import During
    from ..models.escalation import Escalation
    from ..models.message import Message
    from ..models.threshold_where import ThresholdWhere


T = TypeVar("T", bound="Threshold")


@_attrs_define
class Threshold:
    """A measure reaches a limit."""

    event: ThresholdEvent
    name: str
    severity: ThresholdSeverity
    message: Message
    """ What a person reads, in both languages; {device}, {zone}, {estate} and {count} are filled in. """
    kind: Literal["threshold"]
    where: ThresholdWhere | Unset = UNSET
    field: None | str | Unset = UNSET
    at_least: float | None | Unset = UNSET
    at_most: float | None | Unset = UNSET
    estates: list[str] | Unset = UNSET
    during: During | None | Unset = UNSET
    key: list[ThresholdKeyItem] | Unset = UNSET
    cooldown_s: float | Unset = 0.0
    assign: ThresholdAssign | Unset = "guard"
    escalate: list[Escalation] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.during import During  # noqa: PLC0415
        from ..models.escalation import Escalation  # noqa: PLC0415
        from ..models.message import Message  # noqa: PLC0415
        from ..models.threshold_where import ThresholdWhere  # noqa: PLC0415

        event: str = self.event

        name = self.name

        severity: str = self.severity

        message = self.message.to_dict()

        kind = self.kind

        where: dict[str, Any] | Unset = UNSET
        if not isinstance(self.where, Unset):
            where = self.where.to_dict()

        field: None | str | Unset
        if isinstance(self.field, Unset):
            field = UNSET
        else:
            field = self.field

        at_least: float | None | Unset
        if isinstance(self.at_least, Unset):
            at_least = UNSET
        else:
            at_least = self.at_least

        at_most: float | None | Unset
        if isinstance(self.at_most, Unset):
            at_most = UNSET
        else:
            at_most = self.at_most

        estates: list[str] | Unset = UNSET
        if not isinstance(self.estates, Unset):
            estates = self.estates

        during: dict[str, Any] | None | Unset
        if isinstance(self.during, Unset):
            during = UNSET
        elif isinstance(self.during, During):
            during = self.during.to_dict()
        else:
            during = self.during

        key: list[str] | Unset = UNSET
        if not isinstance(self.key, Unset):
            key = []
            for key_item_data in self.key:
                key_item: str = key_item_data
                key.append(key_item)

        cooldown_s = self.cooldown_s

        assign: str | Unset = UNSET
        if not isinstance(self.assign, Unset):
            assign = self.assign

        escalate: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.escalate, Unset):
            escalate = []
            for escalate_item_data in self.escalate:
                escalate_item = escalate_item_data.to_dict()
                escalate.append(escalate_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event": event,
                "name": name,
                "severity": severity,
                "message": message,
                "kind": kind,
            }
        )
        if where is not UNSET:
            field_dict["where"] = where
        if field is not UNSET:
            field_dict["field"] = field
        if at_least is not UNSET:
            field_dict["at_least"] = at_least
        if at_most is not UNSET:
            field_dict["at_most"] = at_most
        if estates is not UNSET:
            field_dict["estates"] = estates
        if during is not UNSET:
            field_dict["during"] = during
        if key is not UNSET:
            field_dict["key"] = key
        if cooldown_s is not UNSET:
            field_dict["cooldown_s"] = cooldown_s
        if assign is not UNSET:
            field_dict["assign"] = assign
        if escalate is not UNSET:
            field_dict["escalate"] = escalate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.during import During  # noqa: PLC0415
        from ..models.escalation import Escalation  # noqa: PLC0415
        from ..models.message import Message  # noqa: PLC0415
        from ..models.threshold_where import ThresholdWhere  # noqa: PLC0415

        d = dict(src_dict)
        event = check_threshold_event(d.pop("event"))

        name = d.pop("name")

        severity = check_threshold_severity(d.pop("severity"))

        message = Message.from_dict(d.pop("message"))

        kind = cast(Literal["threshold"], d.pop("kind"))
        if kind != "threshold":
            raise ValueError(f"kind must match const 'threshold', got '{kind}'")

        _where = d.pop("where", UNSET)
        where: ThresholdWhere | Unset
        if isinstance(_where, Unset):
            where = UNSET
        else:
            where = ThresholdWhere.from_dict(_where)

        def _parse_field(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        field = _parse_field(d.pop("field", UNSET))

        def _parse_at_least(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        at_least = _parse_at_least(d.pop("at_least", UNSET))

        def _parse_at_most(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        at_most = _parse_at_most(d.pop("at_most", UNSET))

        estates = cast(list[str], d.pop("estates", UNSET))

        def _parse_during(data: object) -> During | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                during_type_0 = During.from_dict(data)

                return during_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(During | None | Unset, data)

        during = _parse_during(d.pop("during", UNSET))

        _key = d.pop("key", UNSET)
        key: list[ThresholdKeyItem] | Unset = UNSET
        if _key is not UNSET:
            key = []
            for key_item_data in _key:
                key_item = check_threshold_key_item(key_item_data)

                key.append(key_item)

        cooldown_s = d.pop("cooldown_s", UNSET)

        _assign = d.pop("assign", UNSET)
        assign: ThresholdAssign | Unset
        if isinstance(_assign, Unset):
            assign = UNSET
        else:
            assign = check_threshold_assign(_assign)

        _escalate = d.pop("escalate", UNSET)
        escalate: list[Escalation] | Unset = UNSET
        if _escalate is not UNSET:
            escalate = []
            for escalate_item_data in _escalate:
                escalate_item = Escalation.from_dict(escalate_item_data)

                escalate.append(escalate_item)

        threshold = cls(
            event=event,
            name=name,
            severity=severity,
            message=message,
            kind=kind,
            where=where,
            field=field,
            at_least=at_least,
            at_most=at_most,
            estates=estates,
            during=during,
            key=key,
            cooldown_s=cooldown_s,
            assign=assign,
            escalate=escalate,
        )

        return threshold
