from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.subject_change_credential_kind_type_0 import (
    SubjectChangeCredentialKindType0,
    check_subject_change_credential_kind_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="SubjectChange")


@_attrs_define
class SubjectChange:
    """What was recorded wrongly; a field that is not given stays."""

    reference: None | str | Unset = UNSET
    credential_kind: None | SubjectChangeCredentialKindType0 | Unset = UNSET
    credential_reference: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        credential_kind: None | str | Unset
        if isinstance(self.credential_kind, Unset):
            credential_kind = UNSET
        elif isinstance(self.credential_kind, str):
            credential_kind = self.credential_kind
        else:
            credential_kind = self.credential_kind

        credential_reference: None | str | Unset
        if isinstance(self.credential_reference, Unset):
            credential_reference = UNSET
        else:
            credential_reference = self.credential_reference

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if reference is not UNSET:
            field_dict["reference"] = reference
        if credential_kind is not UNSET:
            field_dict["credential_kind"] = credential_kind
        if credential_reference is not UNSET:
            field_dict["credential_reference"] = credential_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        def _parse_credential_kind(data: object) -> None | SubjectChangeCredentialKindType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                credential_kind_type_0 = check_subject_change_credential_kind_type_0(data)

                return credential_kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SubjectChangeCredentialKindType0 | Unset, data)

        credential_kind = _parse_credential_kind(d.pop("credential_kind", UNSET))

        def _parse_credential_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credential_reference = _parse_credential_reference(d.pop("credential_reference", UNSET))

        subject_change = cls(
            reference=reference,
            credential_kind=credential_kind,
            credential_reference=credential_reference,
        )

        return subject_change
