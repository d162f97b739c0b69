from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.permit_create import PermitCreate


T = TypeVar("T", bound="VehicleCreate")


@_attrs_define
class VehicleCreate:
    plate: str
    reference: str | Unset = ""
    permit: None | PermitCreate | Unset = UNSET
    """ to begin with; more can follow """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.permit_create import PermitCreate  # noqa: PLC0415

        plate = self.plate

        reference = self.reference

        permit: dict[str, Any] | None | Unset
        if isinstance(self.permit, Unset):
            permit = UNSET
        elif isinstance(self.permit, PermitCreate):
            permit = self.permit.to_dict()
        else:
            permit = self.permit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "plate": plate,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if permit is not UNSET:
            field_dict["permit"] = permit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.permit_create import PermitCreate  # noqa: PLC0415

        d = dict(src_dict)
        plate = d.pop("plate")

        reference = d.pop("reference", UNSET)

        def _parse_permit(data: object) -> None | PermitCreate | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                permit_type_0 = PermitCreate.from_dict(data)

                return permit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PermitCreate | Unset, data)

        permit = _parse_permit(d.pop("permit", UNSET))

        vehicle_create = cls(
            plate=plate,
            reference=reference,
            permit=permit,
        )

        vehicle_create.additional_properties = d
        return vehicle_create

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
