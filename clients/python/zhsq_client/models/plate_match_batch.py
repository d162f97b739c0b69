from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.plate_match_batch_kind import (
    PlateMatchBatchKind,
    check_plate_match_batch_kind,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PlateMatchBatch")


@_attrs_define
class PlateMatchBatch:
    images: list[str]
    estate: str
    kind: PlateMatchBatchKind | Unset = "auto"
    """ auto: a crop when at least twice as wide as high """
    gate: str | Unset = ""
    """ name of the gate or its zone; permits may be for some """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        images = self.images

        estate = self.estate

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        gate = self.gate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "images": images,
                "estate": estate,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind
        if gate is not UNSET:
            field_dict["gate"] = gate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        images = cast(list[str], d.pop("images"))

        estate = d.pop("estate")

        _kind = d.pop("kind", UNSET)
        kind: PlateMatchBatchKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_plate_match_batch_kind(_kind)

        gate = d.pop("gate", UNSET)

        plate_match_batch = cls(
            images=images,
            estate=estate,
            kind=kind,
            gate=gate,
        )

        plate_match_batch.additional_properties = d
        return plate_match_batch

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
