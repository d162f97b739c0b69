from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="ResidentEnrolmentForm")


@_attrs_define
class ResidentEnrolmentForm:
    image: File
    """ JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels """
    agreed: str
    """ sha256 of the statement that was shown and agreed to """
    under_14: bool
    """ the photo shows a child under 14, whose guardian consents """
    guardian: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image = self.image.to_tuple()

        agreed = self.agreed

        under_14 = self.under_14

        guardian = self.guardian

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "image": image,
                "agreed": agreed,
                "under_14": under_14,
            }
        )
        if guardian is not UNSET:
            field_dict["guardian"] = guardian

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("image", self.image.to_tuple()))

        files.append(("agreed", (None, str(self.agreed).encode(), "text/plain")))

        files.append(("under_14", (None, str(self.under_14).encode(), "text/plain")))

        if not isinstance(self.guardian, Unset):
            files.append(("guardian", (None, str(self.guardian).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        image = File(payload=BytesIO(d.pop("image")))

        agreed = d.pop("agreed")

        under_14 = d.pop("under_14")

        guardian = d.pop("guardian", UNSET)

        resident_enrolment_form = cls(
            image=image,
            agreed=agreed,
            under_14=under_14,
            guardian=guardian,
        )

        resident_enrolment_form.additional_properties = d
        return resident_enrolment_form

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
