from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.options_devices import OptionsDevices


T = TypeVar("T", bound="Options")


@_attrs_define
class Options:
    """Given by the platform's operator when the estate is taken on."""

    device_id: str
    """ of this system on the platform, 20 digits (GA/T 1400.1) """
    username: str
    devices: OptionsDevices | Unset = UNSET
    """ device, as its events name it -> its ApeID on the platform """
    subscribe_id: None | str | Unset = UNSET
    """ of the platform's subscription to states of devices, 33 digits; needed to tell them """

    def to_dict(self) -> dict[str, Any]:
        from ..models.options_devices import OptionsDevices  # noqa: PLC0415

        device_id = self.device_id

        username = self.username

        devices: dict[str, Any] | Unset = UNSET
        if not isinstance(self.devices, Unset):
            devices = self.devices.to_dict()

        subscribe_id: None | str | Unset
        if isinstance(self.subscribe_id, Unset):
            subscribe_id = UNSET
        else:
            subscribe_id = self.subscribe_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_id": device_id,
                "username": username,
            }
        )
        if devices is not UNSET:
            field_dict["devices"] = devices
        if subscribe_id is not UNSET:
            field_dict["subscribe_id"] = subscribe_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.options_devices import OptionsDevices  # noqa: PLC0415

        d = dict(src_dict)
        device_id = d.pop("device_id")

        username = d.pop("username")

        _devices = d.pop("devices", UNSET)
        devices: OptionsDevices | Unset
        if isinstance(_devices, Unset):
            devices = UNSET
        else:
            devices = OptionsDevices.from_dict(_devices)

        def _parse_subscribe_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subscribe_id = _parse_subscribe_id(d.pop("subscribe_id", UNSET))

        options = cls(
            device_id=device_id,
            username=username,
            devices=devices,
            subscribe_id=subscribe_id,
        )

        return options
