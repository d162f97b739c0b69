from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.platform_create_severity import (
    PlatformCreateSeverity,
    check_platform_create_severity,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.platform_create_devices import PlatformCreateDevices


T = TypeVar("T", bound="PlatformCreate")


@_attrs_define
class PlatformCreate:
    name: str
    url: str
    """ without path """
    estate: str
    """ the only estate that it is told of """
    password: str
    device_id: str
    """ of this system on the platform """
    username: str
    severity: PlatformCreateSeverity | Unset = "minor"
    """ the least alert that it gets """
    rate_per_s: float | Unset = 5.0
    devices: PlatformCreateDevices | Unset = UNSET
    """ device in events -> ApeID """
    subscribe_id: None | str | Unset = UNSET
    """ of its subscription to states of devices """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.platform_create_devices import PlatformCreateDevices  # noqa: PLC0415

        name = self.name

        url = self.url

        estate = self.estate

        password = self.password

        device_id = self.device_id

        username = self.username

        severity: str | Unset = UNSET
        if not isinstance(self.severity, Unset):
            severity = self.severity

        rate_per_s = self.rate_per_s

        devices: dict[str, Any] | Unset = UNSET
        if not isinstance(self.devices, Unset):
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
                "name": name,
                "url": url,
                "estate": estate,
                "password": password,
                "device_id": device_id,
                "username": username,
            }
        )
        if severity is not UNSET:
            field_dict["severity"] = severity
        if rate_per_s is not UNSET:
            field_dict["rate_per_s"] = rate_per_s
        if devices is not UNSET:
            field_dict["devices"] = devices
        if subscribe_id is not UNSET:
            field_dict["subscribe_id"] = subscribe_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.platform_create_devices import PlatformCreateDevices  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        estate = d.pop("estate")

        password = d.pop("password")

        device_id = d.pop("device_id")

        username = d.pop("username")

        _severity = d.pop("severity", UNSET)
        severity: PlatformCreateSeverity | Unset
        if isinstance(_severity, Unset):
            severity = UNSET
        else:
            severity = check_platform_create_severity(_severity)

        rate_per_s = d.pop("rate_per_s", UNSET)

        _devices = d.pop("devices", UNSET)
        devices: PlatformCreateDevices | Unset
        if isinstance(_devices, Unset):
            devices = UNSET
        else:
            devices = PlatformCreateDevices.from_dict(_devices)

        def _parse_subscribe_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subscribe_id = _parse_subscribe_id(d.pop("subscribe_id", UNSET))

        platform_create = cls(
            name=name,
            url=url,
            estate=estate,
            password=password,
            device_id=device_id,
            username=username,
            severity=severity,
            rate_per_s=rate_per_s,
            devices=devices,
            subscribe_id=subscribe_id,
        )

        platform_create.additional_properties = d
        return platform_create

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
