from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.pass_read_request_kind import (
    PassReadRequestKind,
    check_pass_read_request_kind,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PassReadRequest")


@_attrs_define
class PassReadRequest:
    images: list[str]
    """ frames in order, 1 to 20 """
    estate: None | str | Unset = UNSET
    """ match against the vehicles of this estate, too """
    gate: str | Unset = ""
    """ name of the gate or its zone; permits may be for some """
    kind: PassReadRequestKind | Unset = "auto"
    """ auto: a crop when at least twice as wide as high """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        images = self.images

        estate: None | str | Unset
        if isinstance(self.estate, Unset):
            estate = UNSET
        else:
            estate = self.estate

        gate = self.gate

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "images": images,
            }
        )
        if estate is not UNSET:
            field_dict["estate"] = estate
        if gate is not UNSET:
            field_dict["gate"] = gate
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        images = cast(list[str], d.pop("images"))

        def _parse_estate(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        estate = _parse_estate(d.pop("estate", UNSET))

        gate = d.pop("gate", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: PassReadRequestKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_pass_read_request_kind(_kind)

        pass_read_request = cls(
            images=images,
            estate=estate,
            gate=gate,
            kind=kind,
        )

        pass_read_request.additional_properties = d
        return pass_read_request

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
