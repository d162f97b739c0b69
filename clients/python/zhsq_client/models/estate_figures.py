from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.purpose import Purpose


T = TypeVar("T", bound="EstateFigures")


@_attrs_define
class EstateFigures:
    id: str
    name: str
    people: int
    """ with a template in the store """
    consent_holds: int
    to_erase: int
    """ consent ended; the next run of the jobs erases them """
    by_guardian: int
    """ of those whose consent holds, by a guardian for a child under 14 """
    next_consent_ends_at: None | str
    purposes: list[Purpose]
    devices: int
    devices_requiring_liveness: int
    devices_requiring_quality: int
    receipts: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.purpose import Purpose  # noqa: PLC0415

        id = self.id

        name = self.name

        people = self.people

        consent_holds = self.consent_holds

        to_erase = self.to_erase

        by_guardian = self.by_guardian

        next_consent_ends_at: None | str
        next_consent_ends_at = self.next_consent_ends_at

        purposes = []
        for purposes_item_data in self.purposes:
            purposes_item = purposes_item_data.to_dict()
            purposes.append(purposes_item)

        devices = self.devices

        devices_requiring_liveness = self.devices_requiring_liveness

        devices_requiring_quality = self.devices_requiring_quality

        receipts = self.receipts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "people": people,
                "consent_holds": consent_holds,
                "to_erase": to_erase,
                "by_guardian": by_guardian,
                "next_consent_ends_at": next_consent_ends_at,
                "purposes": purposes,
                "devices": devices,
                "devices_requiring_liveness": devices_requiring_liveness,
                "devices_requiring_quality": devices_requiring_quality,
                "receipts": receipts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.purpose import Purpose  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        people = d.pop("people")

        consent_holds = d.pop("consent_holds")

        to_erase = d.pop("to_erase")

        by_guardian = d.pop("by_guardian")

        def _parse_next_consent_ends_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_consent_ends_at = _parse_next_consent_ends_at(d.pop("next_consent_ends_at"))

        purposes = []
        _purposes = d.pop("purposes")
        for purposes_item_data in _purposes:
            purposes_item = Purpose.from_dict(purposes_item_data)

            purposes.append(purposes_item)

        devices = d.pop("devices")

        devices_requiring_liveness = d.pop("devices_requiring_liveness")

        devices_requiring_quality = d.pop("devices_requiring_quality")

        receipts = d.pop("receipts")

        estate_figures = cls(
            id=id,
            name=name,
            people=people,
            consent_holds=consent_holds,
            to_erase=to_erase,
            by_guardian=by_guardian,
            next_consent_ends_at=next_consent_ends_at,
            purposes=purposes,
            devices=devices,
            devices_requiring_liveness=devices_requiring_liveness,
            devices_requiring_quality=devices_requiring_quality,
            receipts=receipts,
        )

        estate_figures.additional_properties = d
        return estate_figures

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
