from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.electrical_event_data_door_type_0 import (
    ElectricalEventDataDoorType0,
    check_electrical_event_data_door_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ElectricalEventData")


@_attrs_define
class ElectricalEventData:
    """An electrical box: degrees Celsius, milliamperes of residual current, amperes, volts."""

    estate: str
    device: str
    zone: None | str | Unset = UNSET
    temperature_c: float | None | Unset = UNSET
    leakage_ma: float | None | Unset = UNSET
    current_a: float | None | Unset = UNSET
    voltage_v: float | None | Unset = UNSET
    door: ElectricalEventDataDoorType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        temperature_c: float | None | Unset
        if isinstance(self.temperature_c, Unset):
            temperature_c = UNSET
        else:
            temperature_c = self.temperature_c

        leakage_ma: float | None | Unset
        if isinstance(self.leakage_ma, Unset):
            leakage_ma = UNSET
        else:
            leakage_ma = self.leakage_ma

        current_a: float | None | Unset
        if isinstance(self.current_a, Unset):
            current_a = UNSET
        else:
            current_a = self.current_a

        voltage_v: float | None | Unset
        if isinstance(self.voltage_v, Unset):
            voltage_v = UNSET
        else:
            voltage_v = self.voltage_v

        door: None | str | Unset
        if isinstance(self.door, Unset):
            door = UNSET
        elif isinstance(self.door, str):
            door = self.door
        else:
            door = self.door

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if temperature_c is not UNSET:
            field_dict["temperature_c"] = temperature_c
        if leakage_ma is not UNSET:
            field_dict["leakage_ma"] = leakage_ma
        if current_a is not UNSET:
            field_dict["current_a"] = current_a
        if voltage_v is not UNSET:
            field_dict["voltage_v"] = voltage_v
        if door is not UNSET:
            field_dict["door"] = door

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estate = d.pop("estate")

        device = d.pop("device")

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        def _parse_temperature_c(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature_c = _parse_temperature_c(d.pop("temperature_c", UNSET))

        def _parse_leakage_ma(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        leakage_ma = _parse_leakage_ma(d.pop("leakage_ma", UNSET))

        def _parse_current_a(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        current_a = _parse_current_a(d.pop("current_a", UNSET))

        def _parse_voltage_v(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        voltage_v = _parse_voltage_v(d.pop("voltage_v", UNSET))

        def _parse_door(data: object) -> ElectricalEventDataDoorType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                door_type_0 = check_electrical_event_data_door_type_0(data)

                return door_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ElectricalEventDataDoorType0 | None | Unset, data)

        door = _parse_door(d.pop("door", UNSET))

        electrical_event_data = cls(
            estate=estate,
            device=device,
            zone=zone,
            temperature_c=temperature_c,
            leakage_ma=leakage_ma,
            current_a=current_a,
            voltage_v=voltage_v,
            door=door,
        )

        return electrical_event_data
