from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.charger_event_data_state import (
    ChargerEventDataState,
    check_charger_event_data_state,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChargerEventData")


@_attrs_define
class ChargerEventData:
    """A charging point of electric cycles or cars."""

    estate: str
    device: str
    state: ChargerEventDataState
    zone: None | str | Unset = UNSET
    power_w: float | None | Unset = UNSET
    temperature_c: float | None | Unset = UNSET
    minutes: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        state: str = self.state

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        power_w: float | None | Unset
        if isinstance(self.power_w, Unset):
            power_w = UNSET
        else:
            power_w = self.power_w

        temperature_c: float | None | Unset
        if isinstance(self.temperature_c, Unset):
            temperature_c = UNSET
        else:
            temperature_c = self.temperature_c

        minutes: float | None | Unset
        if isinstance(self.minutes, Unset):
            minutes = UNSET
        else:
            minutes = self.minutes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
                "state": state,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if power_w is not UNSET:
            field_dict["power_w"] = power_w
        if temperature_c is not UNSET:
            field_dict["temperature_c"] = temperature_c
        if minutes is not UNSET:
            field_dict["minutes"] = minutes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estate = d.pop("estate")

        device = d.pop("device")

        state = check_charger_event_data_state(d.pop("state"))

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        def _parse_power_w(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        power_w = _parse_power_w(d.pop("power_w", UNSET))

        def _parse_temperature_c(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature_c = _parse_temperature_c(d.pop("temperature_c", UNSET))

        def _parse_minutes(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        minutes = _parse_minutes(d.pop("minutes", UNSET))

        charger_event_data = cls(
            estate=estate,
            device=device,
            state=state,
            zone=zone,
            power_w=power_w,
            temperature_c=temperature_c,
            minutes=minutes,
        )

        return charger_event_data
