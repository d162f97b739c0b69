from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ConsentCreate")


@_attrs_define
class ConsentCreate:
    purpose: str
    evidence: str
    expires_at: datetime.datetime
    under_14: bool | Unset = False
    guardian: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        evidence = self.evidence

        expires_at = self.expires_at.isoformat()

        under_14 = self.under_14

        guardian = self.guardian

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "evidence": evidence,
                "expires_at": expires_at,
            }
        )
        if under_14 is not UNSET:
            field_dict["under_14"] = under_14
        if guardian is not UNSET:
            field_dict["guardian"] = guardian

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        evidence = d.pop("evidence")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        under_14 = d.pop("under_14", UNSET)

        guardian = d.pop("guardian", UNSET)

        consent_create = cls(
            purpose=purpose,
            evidence=evidence,
            expires_at=expires_at,
            under_14=under_14,
            guardian=guardian,
        )

        consent_create.additional_properties = d
        return consent_create

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
