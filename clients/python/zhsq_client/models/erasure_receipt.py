from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.erasure_receipt_reason import (
    ErasureReceiptReason,
    check_erasure_receipt_reason,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ErasureReceipt")


@_attrs_define
class ErasureReceipt:
    """What was erased, when and why. `digest` is the sha256 of all other fields as canonical JSON (sorted keys, no
    spaces).

    """

    id: str
    subject: str
    estate: str
    reason: ErasureReceiptReason
    consent_ended_at: str
    """ UTC; when the consent was withdrawn or ran out, or the erasure asked for """
    erased_at: str
    """ UTC """
    templates_erased: list[str]
    """ sha256 of each encrypted template """
    templates_left: int
    """ counted after the erasure """
    images_left: int
    """ 0: no image is ever stored """
    digest: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        subject = self.subject

        estate = self.estate

        reason: str = self.reason

        consent_ended_at = self.consent_ended_at

        erased_at = self.erased_at

        templates_erased = self.templates_erased

        templates_left = self.templates_left

        images_left = self.images_left

        digest = self.digest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "subject": subject,
                "estate": estate,
                "reason": reason,
                "consent_ended_at": consent_ended_at,
                "erased_at": erased_at,
                "templates_erased": templates_erased,
                "templates_left": templates_left,
                "images_left": images_left,
                "digest": digest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        subject = d.pop("subject")

        estate = d.pop("estate")

        reason = check_erasure_receipt_reason(d.pop("reason"))

        consent_ended_at = d.pop("consent_ended_at")

        erased_at = d.pop("erased_at")

        templates_erased = cast(list[str], d.pop("templates_erased"))

        templates_left = d.pop("templates_left")

        images_left = d.pop("images_left")

        digest = d.pop("digest")

        erasure_receipt = cls(
            id=id,
            subject=subject,
            estate=estate,
            reason=reason,
            consent_ended_at=consent_ended_at,
            erased_at=erased_at,
            templates_erased=templates_erased,
            templates_left=templates_left,
            images_left=images_left,
            digest=digest,
        )

        erasure_receipt.additional_properties = d
        return erasure_receipt

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
