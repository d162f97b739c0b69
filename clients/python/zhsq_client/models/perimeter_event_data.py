from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.perimeter_event_data_state import (
    PerimeterEventDataState,
    check_perimeter_event_data_state,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PerimeterEventData")


@_attrs_define
class PerimeterEventData:
    """A fence, beam or wall sensor."""

    estate: str
    device: str
    state: PerimeterEventDataState
    zone: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        state: str = self.state

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estate = d.pop("estate")

        device = d.pop("device")

        state = check_perimeter_event_data_state(d.pop("state"))

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        perimeter_event_data = cls(
            estate=estate,
            device=device,
            state=state,
            zone=zone,
        )

        return perimeter_event_data
