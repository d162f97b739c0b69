from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.patrol_event_data_state import (
    PatrolEventDataState,
    check_patrol_event_data_state,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatrolEventData")


@_attrs_define
class PatrolEventData:
    """A patrol point was checked. Which guard it was is not told here."""

    estate: str
    device: str
    zone: None | str | Unset = UNSET
    state: PatrolEventDataState | Unset = "done"

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
        state: PatrolEventDataState | Unset
        if isinstance(_state, Unset):
            state = UNSET
        else:
            state = check_patrol_event_data_state(_state)

        patrol_event_data = cls(
            estate=estate,
            device=device,
            zone=zone,
            state=state,
        )

        return patrol_event_data
