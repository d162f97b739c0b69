from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ResidentEnrolment")


@_attrs_define
class ResidentEnrolment:
    image: str
    """ JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels """
    agreed: str
    """ sha256 of the statement that was shown and agreed to """
    under_14: bool
    """ the photo shows a child under 14, whose guardian consents """
    guardian: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image = self.image

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

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        image = d.pop("image")

        agreed = d.pop("agreed")

        under_14 = d.pop("under_14")

        guardian = d.pop("guardian", UNSET)

        resident_enrolment = cls(
            image=image,
            agreed=agreed,
            under_14=under_14,
            guardian=guardian,
        )

        resident_enrolment.additional_properties = d
        return resident_enrolment

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
