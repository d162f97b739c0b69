from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.permit_public_kind import PermitPublicKind, check_permit_public_kind
from ..models.permit_public_state import PermitPublicState, check_permit_public_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.during import During


T = TypeVar("T", bound="PermitPublic")


@_attrs_define
class PermitPublic:
    id: str
    vehicle: str
    kind: PermitPublicKind
    reference: str
    valid_from: datetime.datetime
    valid_until: datetime.datetime | None
    gates: list[str]
    hours: list[During]
    state: PermitPublicState
    """ today, whatever the gate and the hour """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.during import During  # noqa: PLC0415

        id = self.id

        vehicle = self.vehicle

        kind: str = self.kind

        reference = self.reference

        valid_from = self.valid_from.isoformat()

        valid_until: None | str
        if isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        gates = self.gates

        hours = []
        for hours_item_data in self.hours:
            hours_item = hours_item_data.to_dict()
            hours.append(hours_item)

        state: str = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "vehicle": vehicle,
                "kind": kind,
                "reference": reference,
                "valid_from": valid_from,
                "valid_until": valid_until,
                "gates": gates,
                "hours": hours,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.during import During  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        vehicle = d.pop("vehicle")

        kind = check_permit_public_kind(d.pop("kind"))

        reference = d.pop("reference")

        valid_from = datetime.datetime.fromisoformat(d.pop("valid_from"))

        def _parse_valid_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        valid_until = _parse_valid_until(d.pop("valid_until"))

        gates = cast(list[str], d.pop("gates"))

        hours = []
        _hours = d.pop("hours")
        for hours_item_data in _hours:
            hours_item = During.from_dict(hours_item_data)

            hours.append(hours_item)

        state = check_permit_public_state(d.pop("state"))

        permit_public = cls(
            id=id,
            vehicle=vehicle,
            kind=kind,
            reference=reference,
            valid_from=valid_from,
            valid_until=valid_until,
            gates=gates,
            hours=hours,
            state=state,
        )

        permit_public.additional_properties = d
        return permit_public

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
