from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ReceiptCheck")


@_attrs_define
class ReceiptCheck:
    """What a check of a receipt found."""

    digest_matches: bool
    """ the receipt is as it was made """
    in_audit: bool
    """ the audit has its digest """
    nothing_left: bool
    """ looked again: neither the person nor a template is in the store """
    holds: bool
    """ all three """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        digest_matches = self.digest_matches

        in_audit = self.in_audit

        nothing_left = self.nothing_left

        holds = self.holds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "digest_matches": digest_matches,
                "in_audit": in_audit,
                "nothing_left": nothing_left,
                "holds": holds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        digest_matches = d.pop("digest_matches")

        in_audit = d.pop("in_audit")

        nothing_left = d.pop("nothing_left")

        holds = d.pop("holds")

        receipt_check = cls(
            digest_matches=digest_matches,
            in_audit=in_audit,
            nothing_left=nothing_left,
            holds=holds,
        )

        receipt_check.additional_properties = d
        return receipt_check

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
