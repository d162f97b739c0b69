from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.device_status_status import DeviceStatusStatus, check_device_status_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="DeviceStatus")


@_attrs_define
class DeviceStatus:
    device: str
    kind: str
    """ type of its newest event that is no heartbeat; else what such a device sends by the register; else empty """
    zone: str
    status: DeviceStatusStatus
    last_at: datetime.datetime | None
    """ of its newest event of any kind, to about 15 s """
    heartbeat_at: datetime.datetime | None
    battery_pct: float | None
    registered: bool
    """ whether it is among the estate's devices """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        device = self.device

        kind = self.kind

        zone = self.zone

        status: str = self.status

        last_at: None | str
        if isinstance(self.last_at, datetime.datetime):
            last_at = self.last_at.isoformat()
        else:
            last_at = self.last_at

        heartbeat_at: None | str
        if isinstance(self.heartbeat_at, datetime.datetime):
            heartbeat_at = self.heartbeat_at.isoformat()
        else:
            heartbeat_at = self.heartbeat_at

        battery_pct: float | None
        battery_pct = self.battery_pct

        registered = self.registered

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "device": device,
                "kind": kind,
                "zone": zone,
                "status": status,
                "last_at": last_at,
                "heartbeat_at": heartbeat_at,
                "battery_pct": battery_pct,
                "registered": registered,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        device = d.pop("device")

        kind = d.pop("kind")

        zone = d.pop("zone")

        status = check_device_status_status(d.pop("status"))

        def _parse_last_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_at = _parse_last_at(d.pop("last_at"))

        def _parse_heartbeat_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                heartbeat_at_type_0 = datetime.datetime.fromisoformat(data)

                return heartbeat_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        heartbeat_at = _parse_heartbeat_at(d.pop("heartbeat_at"))

        def _parse_battery_pct(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        battery_pct = _parse_battery_pct(d.pop("battery_pct"))

        registered = d.pop("registered")

        device_status = cls(
            device=device,
            kind=kind,
            zone=zone,
            status=status,
            last_at=last_at,
            heartbeat_at=heartbeat_at,
            battery_pct=battery_pct,
            registered=registered,
        )

        device_status.additional_properties = d
        return device_status

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
