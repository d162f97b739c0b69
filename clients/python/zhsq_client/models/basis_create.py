from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.basis_create_kind import BasisCreateKind, check_basis_create_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="BasisCreate")


@_attrs_define
class BasisCreate:
    kind: BasisCreateKind
    authority: str
    """ who asks for it """
    document: str
    """ title, number, and where it is kept """
    valid_from: datetime.datetime
    valid_until: datetime.datetime
    """ three years later at most """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        authority = self.authority

        document = self.document

        valid_from = self.valid_from.isoformat()

        valid_until = self.valid_until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "authority": authority,
                "document": document,
                "valid_from": valid_from,
                "valid_until": valid_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_basis_create_kind(d.pop("kind"))

        authority = d.pop("authority")

        document = d.pop("document")

        valid_from = datetime.datetime.fromisoformat(d.pop("valid_from"))

        valid_until = datetime.datetime.fromisoformat(d.pop("valid_until"))

        basis_create = cls(
            kind=kind,
            authority=authority,
            document=document,
            valid_from=valid_from,
            valid_until=valid_until,
        )

        basis_create.additional_properties = d
        return basis_create

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
