from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.invitation_create_credential_kind import (
    InvitationCreateCredentialKind,
    check_invitation_create_credential_kind,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="InvitationCreate")


@_attrs_define
class InvitationCreate:
    reference: str
    purpose: str
    credential_kind: InvitationCreateCredentialKind
    """ the other way in """
    credential_reference: str
    consent_expires_at: datetime.datetime
    """ when a consent that is given by it ends """
    valid_hours: int | Unset = 72
    """ how long the code is good for """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reference = self.reference

        purpose = self.purpose

        credential_kind: str = self.credential_kind

        credential_reference = self.credential_reference

        consent_expires_at = self.consent_expires_at.isoformat()

        valid_hours = self.valid_hours

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reference": reference,
                "purpose": purpose,
                "credential_kind": credential_kind,
                "credential_reference": credential_reference,
                "consent_expires_at": consent_expires_at,
            }
        )
        if valid_hours is not UNSET:
            field_dict["valid_hours"] = valid_hours

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reference = d.pop("reference")

        purpose = d.pop("purpose")

        credential_kind = check_invitation_create_credential_kind(d.pop("credential_kind"))

        credential_reference = d.pop("credential_reference")

        consent_expires_at = datetime.datetime.fromisoformat(d.pop("consent_expires_at"))

        valid_hours = d.pop("valid_hours", UNSET)

        invitation_create = cls(
            reference=reference,
            purpose=purpose,
            credential_kind=credential_kind,
            credential_reference=credential_reference,
            consent_expires_at=consent_expires_at,
            valid_hours=valid_hours,
        )

        invitation_create.additional_properties = d
        return invitation_create

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
