from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.device_status import DeviceStatus


T = TypeVar("T", bound="DevicesReport")


@_attrs_define
class DevicesReport:
    silent_after_s: float
    """ after so long without a message a device is silent """
    devices: list[DeviceStatus]
    """ every one that was registered or heard of, by name """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.device_status import DeviceStatus  # noqa: PLC0415

        silent_after_s = self.silent_after_s

        devices = []
        for devices_item_data in self.devices:
            devices_item = devices_item_data.to_dict()
            devices.append(devices_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "silent_after_s": silent_after_s,
                "devices": devices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.device_status import DeviceStatus  # noqa: PLC0415

        d = dict(src_dict)
        silent_after_s = d.pop("silent_after_s")

        devices = []
        _devices = d.pop("devices")
        for devices_item_data in _devices:
            devices_item = DeviceStatus.from_dict(devices_item_data)

            devices.append(devices_item)

        devices_report = cls(
            silent_after_s=silent_after_s,
            devices=devices,
        )

        devices_report.additional_properties = d
        return devices_report

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
