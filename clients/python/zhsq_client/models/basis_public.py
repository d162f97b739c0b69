from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.basis_public_kind import BasisPublicKind, check_basis_public_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="BasisPublic")


@_attrs_define
class BasisPublic:
    id: str
    kind: BasisPublicKind
    authority: str
    document: str
    valid_from: datetime.datetime
    valid_until: datetime.datetime
    recorded_by: str
    created_at: datetime.datetime
    revoked_at: datetime.datetime | None
    in_force: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        authority = self.authority

        document = self.document

        valid_from = self.valid_from.isoformat()

        valid_until = self.valid_until.isoformat()

        recorded_by = self.recorded_by

        created_at = self.created_at.isoformat()

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        in_force = self.in_force

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "authority": authority,
                "document": document,
                "valid_from": valid_from,
                "valid_until": valid_until,
                "recorded_by": recorded_by,
                "created_at": created_at,
                "revoked_at": revoked_at,
                "in_force": in_force,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_basis_public_kind(d.pop("kind"))

        authority = d.pop("authority")

        document = d.pop("document")

        valid_from = datetime.datetime.fromisoformat(d.pop("valid_from"))

        valid_until = datetime.datetime.fromisoformat(d.pop("valid_until"))

        recorded_by = d.pop("recorded_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        in_force = d.pop("in_force")

        basis_public = cls(
            id=id,
            kind=kind,
            authority=authority,
            document=document,
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_by=recorded_by,
            created_at=created_at,
            revoked_at=revoked_at,
            in_force=in_force,
        )

        basis_public.additional_properties = d
        return basis_public

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
