from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.condition_event import ConditionEvent, check_condition_event
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.condition_where import ConditionWhere


T = TypeVar("T", bound="Condition")


@_attrs_define
class Condition:
    """A kind of event, values that its fields must have, and a limit that a number in it must reach."""

    event: ConditionEvent
    where: ConditionWhere | Unset = UNSET
    field: None | str | Unset = UNSET
    at_least: float | None | Unset = UNSET
    at_most: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.condition_where import ConditionWhere  # noqa: PLC0415

        event: str = self.event

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

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event": event,
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.condition_where import ConditionWhere  # noqa: PLC0415

        d = dict(src_dict)
        event = check_condition_event(d.pop("event"))

        _where = d.pop("where", UNSET)
        where: ConditionWhere | Unset
        if isinstance(_where, Unset):
            where = UNSET
        else:
            where = ConditionWhere.from_dict(_where)

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

        condition = cls(
            event=event,
            where=where,
            field=field,
            at_least=at_least,
            at_most=at_most,
        )

        return condition
