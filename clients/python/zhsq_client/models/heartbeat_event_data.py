from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.heartbeat_event_data_state import (
    HeartbeatEventDataState,
    check_heartbeat_event_data_state,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="HeartbeatEventData")


@_attrs_define
class HeartbeatEventData:
    """A device says that it lives, or its supervisor that it does not."""

    estate: str
    device: str
    zone: None | str | Unset = UNSET
    state: HeartbeatEventDataState | Unset = "online"
    uptime_s: float | None | Unset = UNSET
    battery_pct: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state

        uptime_s: float | None | Unset
        if isinstance(self.uptime_s, Unset):
            uptime_s = UNSET
        else:
            uptime_s = self.uptime_s

        battery_pct: float | None | Unset
        if isinstance(self.battery_pct, Unset):
            battery_pct = UNSET
        else:
            battery_pct = self.battery_pct

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if state is not UNSET:
            field_dict["state"] = state
        if uptime_s is not UNSET:
            field_dict["uptime_s"] = uptime_s
        if battery_pct is not UNSET:
            field_dict["battery_pct"] = battery_pct

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

        _state = d.pop("state", UNSET)
        state: HeartbeatEventDataState | Unset
        if isinstance(_state, Unset):
            state = UNSET
        else:
            state = check_heartbeat_event_data_state(_state)

        def _parse_uptime_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        uptime_s = _parse_uptime_s(d.pop("uptime_s", UNSET))

        def _parse_battery_pct(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        battery_pct = _parse_battery_pct(d.pop("battery_pct", UNSET))

        heartbeat_event_data = cls(
            estate=estate,
            device=device,
            zone=zone,
            state=state,
            uptime_s=uptime_s,
            battery_pct=battery_pct,
        )

        return heartbeat_event_data
