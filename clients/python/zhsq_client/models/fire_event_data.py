from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.fire_event_data_kind import FireEventDataKind, check_fire_event_data_kind
from ..models.fire_event_data_state_type_0 import (
    FireEventDataStateType0,
    check_fire_event_data_state_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="FireEventData")


@_attrs_define
class FireEventData:
    """A detector or call point; `value` in the unit of the detector (°C for heat, 0 or 1 for a contact)."""

    estate: str
    device: str
    kind: FireEventDataKind
    value: float
    zone: None | str | Unset = UNSET
    state: FireEventDataStateType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        kind: str = self.kind

        value = self.value

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
                "kind": kind,
                "value": value,
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

        kind = check_fire_event_data_kind(d.pop("kind"))

        value = d.pop("value")

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        def _parse_state(data: object) -> FireEventDataStateType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_fire_event_data_state_type_0(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FireEventDataStateType0 | None | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        fire_event_data = cls(
            estate=estate,
            device=device,
            kind=kind,
            value=value,
            zone=zone,
            state=state,
        )

        return fire_event_data
