from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..models.subject_create_form_credential_kind import (
    SubjectCreateFormCredentialKind,
    check_subject_create_form_credential_kind,
)
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="SubjectCreateForm")


@_attrs_define
class SubjectCreateForm:
    image: File
    """ JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels """
    reference: str
    consent_purpose: str
    consent_evidence: str
    consent_expires_at: datetime.datetime
    credential_kind: SubjectCreateFormCredentialKind
    """ the other way in """
    credential_reference: str
    more: list[File] | Unset = UNSET
    """ further photos of the same person, at most 4 """
    under_14: bool | Unset = False
    """ a child: a guardian consents, and is named """
    guardian: str | Unset = ""
    """ who consents for a child under 14 """
    look_for_similar: bool | Unset = True
    """ compare with everyone enrolled; leave it out while a whole estate is taken in """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image = self.image.to_tuple()

        reference = self.reference

        consent_purpose = self.consent_purpose

        consent_evidence = self.consent_evidence

        consent_expires_at = self.consent_expires_at.isoformat()

        credential_kind: str = self.credential_kind

        credential_reference = self.credential_reference

        more: list[FileTypes] | Unset = UNSET
        if not isinstance(self.more, Unset):
            more = []
            for more_item_data in self.more:
                more_item = more_item_data.to_tuple()

                more.append(more_item)

        under_14 = self.under_14

        guardian = self.guardian

        look_for_similar = self.look_for_similar

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "image": image,
                "reference": reference,
                "consent_purpose": consent_purpose,
                "consent_evidence": consent_evidence,
                "consent_expires_at": consent_expires_at,
                "credential_kind": credential_kind,
                "credential_reference": credential_reference,
            }
        )
        if more is not UNSET:
            field_dict["more"] = more
        if under_14 is not UNSET:
            field_dict["under_14"] = under_14
        if guardian is not UNSET:
            field_dict["guardian"] = guardian
        if look_for_similar is not UNSET:
            field_dict["look_for_similar"] = look_for_similar

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("image", self.image.to_tuple()))

        files.append(("reference", (None, str(self.reference).encode(), "text/plain")))

        files.append(("consent_purpose", (None, str(self.consent_purpose).encode(), "text/plain")))

        files.append(("consent_evidence", (None, str(self.consent_evidence).encode(), "text/plain")))

        files.append(("consent_expires_at", (None, self.consent_expires_at.isoformat().encode(), "text/plain")))

        files.append(("credential_kind", (None, str(self.credential_kind).encode(), "text/plain")))

        files.append(("credential_reference", (None, str(self.credential_reference).encode(), "text/plain")))

        if not isinstance(self.more, Unset):
            for more_item_element in self.more:
                files.append(("more", more_item_element.to_tuple()))

        if not isinstance(self.under_14, Unset):
            files.append(("under_14", (None, str(self.under_14).encode(), "text/plain")))

        if not isinstance(self.guardian, Unset):
            files.append(("guardian", (None, str(self.guardian).encode(), "text/plain")))

        if not isinstance(self.look_for_similar, Unset):
            files.append(("look_for_similar", (None, str(self.look_for_similar).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        image = File(payload=BytesIO(d.pop("image")))

        reference = d.pop("reference")

        consent_purpose = d.pop("consent_purpose")

        consent_evidence = d.pop("consent_evidence")

        consent_expires_at = datetime.datetime.fromisoformat(d.pop("consent_expires_at"))

        credential_kind = check_subject_create_form_credential_kind(d.pop("credential_kind"))

        credential_reference = d.pop("credential_reference")

        _more = d.pop("more", UNSET)
        more: list[File] | Unset = UNSET
        if _more is not UNSET:
            more = []
            for more_item_data in _more:
                more_item = File(payload=BytesIO(more_item_data))

                more.append(more_item)

        under_14 = d.pop("under_14", UNSET)

        guardian = d.pop("guardian", UNSET)

        look_for_similar = d.pop("look_for_similar", UNSET)

        subject_create_form = cls(
            image=image,
            reference=reference,
            consent_purpose=consent_purpose,
            consent_evidence=consent_evidence,
            consent_expires_at=consent_expires_at,
            credential_kind=credential_kind,
            credential_reference=credential_reference,
            more=more,
            under_14=under_14,
            guardian=guardian,
            look_for_similar=look_for_similar,
        )

        subject_create_form.additional_properties = d
        return subject_create_form

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
