from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.platform_devices_devices import PlatformDevicesDevices


T = TypeVar("T", bound="PlatformDevices")


@_attrs_define
class PlatformDevices:
    devices: PlatformDevicesDevices
    """ all of them: what is left out is not told of any more """
    subscribe_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.platform_devices_devices import PlatformDevicesDevices  # noqa: PLC0415

        devices = self.devices.to_dict()

        subscribe_id: None | str | Unset
        if isinstance(self.subscribe_id, Unset):
            subscribe_id = UNSET
        else:
            subscribe_id = self.subscribe_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "devices": devices,
            }
        )
        if subscribe_id is not UNSET:
            field_dict["subscribe_id"] = subscribe_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.platform_devices_devices import PlatformDevicesDevices  # noqa: PLC0415

        d = dict(src_dict)
        devices = PlatformDevicesDevices.from_dict(d.pop("devices"))

        def _parse_subscribe_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subscribe_id = _parse_subscribe_id(d.pop("subscribe_id", UNSET))

        platform_devices = cls(
            devices=devices,
            subscribe_id=subscribe_id,
        )

        platform_devices.additional_properties = d
        return platform_devices

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
