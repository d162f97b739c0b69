from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.subject_public_consent import (
    SubjectPublicConsent,
    check_subject_public_consent,
)
from ..models.subject_public_credential_kind import (
    SubjectPublicCredentialKind,
    check_subject_public_credential_kind,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="SubjectPublic")


@_attrs_define
class SubjectPublic:
    """A person who enrolled: what the estate calls them and how else they get in. No face, no template, no secret."""

    id: str
    estate: str
    reference: str
    credential_kind: SubjectPublicCredentialKind
    credential_reference: str
    consent: SubjectPublicConsent
    """ ended: nothing matches; the next run of the jobs erases the person """
    consent_expires_at: datetime.datetime | None
    """ of the consent that holds longest; null where none holds """
    enrolled_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        estate = self.estate

        reference = self.reference

        credential_kind: str = self.credential_kind

        credential_reference = self.credential_reference

        consent: str = self.consent

        consent_expires_at: None | str
        if isinstance(self.consent_expires_at, datetime.datetime):
            consent_expires_at = self.consent_expires_at.isoformat()
        else:
            consent_expires_at = self.consent_expires_at

        enrolled_at = self.enrolled_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "estate": estate,
                "reference": reference,
                "credential_kind": credential_kind,
                "credential_reference": credential_reference,
                "consent": consent,
                "consent_expires_at": consent_expires_at,
                "enrolled_at": enrolled_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        estate = d.pop("estate")

        reference = d.pop("reference")

        credential_kind = check_subject_public_credential_kind(d.pop("credential_kind"))

        credential_reference = d.pop("credential_reference")

        consent = check_subject_public_consent(d.pop("consent"))

        def _parse_consent_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consent_expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return consent_expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        consent_expires_at = _parse_consent_expires_at(d.pop("consent_expires_at"))

        enrolled_at = datetime.datetime.fromisoformat(d.pop("enrolled_at"))

        subject_public = cls(
            id=id,
            estate=estate,
            reference=reference,
            credential_kind=credential_kind,
            credential_reference=credential_reference,
            consent=consent,
            consent_expires_at=consent_expires_at,
            enrolled_at=enrolled_at,
        )

        subject_public.additional_properties = d
        return subject_public

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
