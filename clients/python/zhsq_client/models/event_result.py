from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EventResult")


@_attrs_define
class EventResult:
    """Of one event of a batch."""

    duplicate: bool
    alerts: list[str]
    id: None | str
    source: None | str
    refused: None | str
    """ why it was not taken, in the language of Accept-Language; null where it was """
    evaluated: bool | Unset = True
    """ false where another process has the estate: it shows the event to the rules in a moment, and the alerts are
    in GET /v1/alerts and its stream """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        duplicate = self.duplicate

        alerts = self.alerts

        id: None | str
        id = self.id

        source: None | str
        source = self.source

        refused: None | str
        refused = self.refused

        evaluated = self.evaluated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "duplicate": duplicate,
                "alerts": alerts,
                "id": id,
                "source": source,
                "refused": refused,
            }
        )
        if evaluated is not UNSET:
            field_dict["evaluated"] = evaluated

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        duplicate = d.pop("duplicate")

        alerts = cast(list[str], d.pop("alerts"))

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        def _parse_source(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        source = _parse_source(d.pop("source"))

        def _parse_refused(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refused = _parse_refused(d.pop("refused"))

        evaluated = d.pop("evaluated", UNSET)

        event_result = cls(
            duplicate=duplicate,
            alerts=alerts,
            id=id,
            source=source,
            refused=refused,
            evaluated=evaluated,
        )

        event_result.additional_properties = d
        return event_result

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
