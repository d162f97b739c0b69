from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.handled import Handled
    from ..models.span import Span
    from ..models.uptime import Uptime


T = TypeVar("T", bound="EstatePerformance")


@_attrs_define
class EstatePerformance:
    estate: str
    name: str
    events: int
    """ of the period, in the store """
    open_before: int
    """ alerts from before the period that were still open when it began """
    handled: list[Handled]
    uptime_span: Span
    """ From `start` until before `end`, UTC. """
    devices: list[Uptime]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.handled import Handled  # noqa: PLC0415
        from ..models.span import Span  # noqa: PLC0415
        from ..models.uptime import Uptime  # noqa: PLC0415

        estate = self.estate

        name = self.name

        events = self.events

        open_before = self.open_before

        handled = []
        for handled_item_data in self.handled:
            handled_item = handled_item_data.to_dict()
            handled.append(handled_item)

        uptime_span = self.uptime_span.to_dict()

        devices = []
        for devices_item_data in self.devices:
            devices_item = devices_item_data.to_dict()
            devices.append(devices_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "estate": estate,
                "name": name,
                "events": events,
                "open_before": open_before,
                "handled": handled,
                "uptime_span": uptime_span,
                "devices": devices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.handled import Handled  # noqa: PLC0415
        from ..models.span import Span  # noqa: PLC0415
        from ..models.uptime import Uptime  # noqa: PLC0415

        d = dict(src_dict)
        estate = d.pop("estate")

        name = d.pop("name")

        events = d.pop("events")

        open_before = d.pop("open_before")

        handled = []
        _handled = d.pop("handled")
        for handled_item_data in _handled:
            handled_item = Handled.from_dict(handled_item_data)

            handled.append(handled_item)

        uptime_span = Span.from_dict(d.pop("uptime_span"))

        devices = []
        _devices = d.pop("devices")
        for devices_item_data in _devices:
            devices_item = Uptime.from_dict(devices_item_data)

            devices.append(devices_item)

        estate_performance = cls(
            estate=estate,
            name=name,
            events=events,
            open_before=open_before,
            handled=handled,
            uptime_span=uptime_span,
            devices=devices,
        )

        estate_performance.additional_properties = d
        return estate_performance

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
