from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Figures")


@_attrs_define
class Figures:
    """Of one rule, at one device or at all of them (device: null). Shares have Wilson intervals at 95 %."""

    rule: str
    device: None | str
    alerts: int
    judged: int
    """ resolved, dismissed or judged later """
    false_alarms: int
    false_share: float | None
    """ of those judged; null where none is """
    interval: list[float]
    acknowledge_s: float | None
    """ median seconds from open to acknowledged """
    close_s: float | None
    """ median seconds from open to closed """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rule = self.rule

        device: None | str
        device = self.device

        alerts = self.alerts

        judged = self.judged

        false_alarms = self.false_alarms

        false_share: float | None
        false_share = self.false_share

        interval = []
        for interval_item_data in self.interval:
            interval_item: float
            interval_item = interval_item_data
            interval.append(interval_item)

        acknowledge_s: float | None
        acknowledge_s = self.acknowledge_s

        close_s: float | None
        close_s = self.close_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rule": rule,
                "device": device,
                "alerts": alerts,
                "judged": judged,
                "false_alarms": false_alarms,
                "false_share": false_share,
                "interval": interval,
                "acknowledge_s": acknowledge_s,
                "close_s": close_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rule = d.pop("rule")

        def _parse_device(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device = _parse_device(d.pop("device"))

        alerts = d.pop("alerts")

        judged = d.pop("judged")

        false_alarms = d.pop("false_alarms")

        def _parse_false_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        false_share = _parse_false_share(d.pop("false_share"))

        interval = []
        _interval = d.pop("interval")
        for interval_item_data in _interval:

            def _parse_interval_item(data: object) -> float:
                return cast(float, data)

            interval_item = _parse_interval_item(interval_item_data)

            interval.append(interval_item)

        def _parse_acknowledge_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        acknowledge_s = _parse_acknowledge_s(d.pop("acknowledge_s"))

        def _parse_close_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        close_s = _parse_close_s(d.pop("close_s"))

        figures = cls(
            rule=rule,
            device=device,
            alerts=alerts,
            judged=judged,
            false_alarms=false_alarms,
            false_share=false_share,
            interval=interval,
            acknowledge_s=acknowledge_s,
            close_s=close_s,
        )

        figures.additional_properties = d
        return figures

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
