from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EventAccepted")


@_attrs_define
class EventAccepted:
    """It is stored, with the alerts that it raised or became evidence of. A duplicate was stored before."""

    duplicate: bool
    alerts: list[str]
    evaluated: bool | Unset = True
    """ false where another process has the estate: it shows the event to the rules in a moment, and the alerts are
    in GET /v1/alerts and its stream """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        duplicate = self.duplicate

        alerts = self.alerts

        evaluated = self.evaluated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "duplicate": duplicate,
                "alerts": alerts,
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

        evaluated = d.pop("evaluated", UNSET)

        event_accepted = cls(
            duplicate=duplicate,
            alerts=alerts,
            evaluated=evaluated,
        )

        event_accepted.additional_properties = d
        return event_accepted

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
