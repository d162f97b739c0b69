from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_event_data_decision import (
    AccessEventDataDecision,
    check_access_event_data_decision,
)
from ..models.access_event_data_direction import (
    AccessEventDataDirection,
    check_access_event_data_direction,
)
from ..models.access_event_data_method import (
    AccessEventDataMethod,
    check_access_event_data_method,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="AccessEventData")


@_attrs_define
class AccessEventData:
    """A decision at a door, or what the door itself reports. Who it was stays with the door."""

    estate: str
    device: str
    decision: AccessEventDataDecision
    zone: None | str | Unset = UNSET
    method: AccessEventDataMethod | Unset = "other"
    direction: AccessEventDataDirection | Unset = "unknown"

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        decision: str = self.decision

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method

        direction: str | Unset = UNSET
        if not isinstance(self.direction, Unset):
            direction = self.direction

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
                "decision": decision,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if method is not UNSET:
            field_dict["method"] = method
        if direction is not UNSET:
            field_dict["direction"] = direction

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estate = d.pop("estate")

        device = d.pop("device")

        decision = check_access_event_data_decision(d.pop("decision"))

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        _method = d.pop("method", UNSET)
        method: AccessEventDataMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = check_access_event_data_method(_method)

        _direction = d.pop("direction", UNSET)
        direction: AccessEventDataDirection | Unset
        if isinstance(_direction, Unset):
            direction = UNSET
        else:
            direction = check_access_event_data_direction(_direction)

        access_event_data = cls(
            estate=estate,
            device=device,
            decision=decision,
            zone=zone,
            method=method,
            direction=direction,
        )

        return access_event_data
