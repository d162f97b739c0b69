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

from ..models.sequence_assign import SequenceAssign, check_sequence_assign
from ..models.sequence_key_item import SequenceKeyItem, check_sequence_key_item
from ..models.sequence_severity import SequenceSeverity, check_sequence_severity
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.condition import Condition
    from ..models.during import During
    from ..models.escalation import Escalation
    from ..models.message import Message


T = TypeVar("T", bound="Sequence")


@_attrs_define
class Sequence:
    """One after the other, within so long, first to last."""

    name: str
    severity: SequenceSeverity
    message: Message
    """ What a person reads, in both languages; {device}, {zone}, {estate} and {count} are filled in. """
    kind: Literal["sequence"]
    steps: list[Condition]
    within_s: float
    estates: list[str] | Unset = UNSET
    during: During | None | Unset = UNSET
    key: list[SequenceKeyItem] | Unset = UNSET
    cooldown_s: float | Unset = 0.0
    assign: SequenceAssign | Unset = "guard"
    escalate: list[Escalation] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.condition import Condition  # noqa: PLC0415
        from ..models.during import During  # noqa: PLC0415
        from ..models.escalation import Escalation  # noqa: PLC0415
        from ..models.message import Message  # noqa: PLC0415

        name = self.name

        severity: str = self.severity

        message = self.message.to_dict()

        kind = self.kind

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        within_s = self.within_s

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
                "name": name,
                "severity": severity,
                "message": message,
                "kind": kind,
                "steps": steps,
                "within_s": within_s,
            }
        )
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
        from ..models.condition import Condition  # noqa: PLC0415
        from ..models.during import During  # noqa: PLC0415
        from ..models.escalation import Escalation  # noqa: PLC0415
        from ..models.message import Message  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        severity = check_sequence_severity(d.pop("severity"))

        message = Message.from_dict(d.pop("message"))

        kind = cast(Literal["sequence"], d.pop("kind"))
        if kind != "sequence":
            raise ValueError(f"kind must match const 'sequence', got '{kind}'")

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = Condition.from_dict(steps_item_data)

            steps.append(steps_item)

        within_s = d.pop("within_s")

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
        key: list[SequenceKeyItem] | Unset = UNSET
        if _key is not UNSET:
            key = []
            for key_item_data in _key:
                key_item = check_sequence_key_item(key_item_data)

                key.append(key_item)

        cooldown_s = d.pop("cooldown_s", UNSET)

        _assign = d.pop("assign", UNSET)
        assign: SequenceAssign | Unset
        if isinstance(_assign, Unset):
            assign = UNSET
        else:
            assign = check_sequence_assign(_assign)

        _escalate = d.pop("escalate", UNSET)
        escalate: list[Escalation] | Unset = UNSET
        if _escalate is not UNSET:
            escalate = []
            for escalate_item_data in _escalate:
                escalate_item = Escalation.from_dict(escalate_item_data)

                escalate.append(escalate_item)

        sequence = cls(
            name=name,
            severity=severity,
            message=message,
            kind=kind,
            steps=steps,
            within_s=within_s,
            estates=estates,
            during=during,
            key=key,
            cooldown_s=cooldown_s,
            assign=assign,
            escalate=escalate,
        )

        return sequence
