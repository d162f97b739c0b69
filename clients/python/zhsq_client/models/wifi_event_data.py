from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.wifi_event_data_state import (
    WifiEventDataState,
    check_wifi_event_data_state,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="WifiEventData")


@_attrs_define
class WifiEventData:
    """Management of the estate's access points: states and counts, no address of any device of a person."""

    estate: str
    device: str
    state: WifiEventDataState
    zone: None | str | Unset = UNSET
    clients: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        state: str = self.state

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        clients: int | None | Unset
        if isinstance(self.clients, Unset):
            clients = UNSET
        else:
            clients = self.clients

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
        if clients is not UNSET:
            field_dict["clients"] = clients

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estate = d.pop("estate")

        device = d.pop("device")

        state = check_wifi_event_data_state(d.pop("state"))

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        def _parse_clients(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        clients = _parse_clients(d.pop("clients", UNSET))

        wifi_event_data = cls(
            estate=estate,
            device=device,
            state=state,
            zone=zone,
            clients=clients,
        )

        return wifi_event_data
