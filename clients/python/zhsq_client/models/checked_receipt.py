from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.erasure_receipt import ErasureReceipt
    from ..models.receipt_check import ReceiptCheck


T = TypeVar("T", bound="CheckedReceipt")


@_attrs_define
class CheckedReceipt:
    receipt: ErasureReceipt
    """ What was erased, when and why. `digest` is the sha256 of all other fields as canonical JSON (sorted keys, no
    spaces). """
    check: ReceiptCheck
    """ What a check of a receipt found. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.erasure_receipt import ErasureReceipt  # noqa: PLC0415
        from ..models.receipt_check import ReceiptCheck  # noqa: PLC0415

        receipt = self.receipt.to_dict()

        check = self.check.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "receipt": receipt,
                "check": check,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.erasure_receipt import ErasureReceipt  # noqa: PLC0415
        from ..models.receipt_check import ReceiptCheck  # noqa: PLC0415

        d = dict(src_dict)
        receipt = ErasureReceipt.from_dict(d.pop("receipt"))

        check = ReceiptCheck.from_dict(d.pop("check"))

        checked_receipt = cls(
            receipt=receipt,
            check=check,
        )

        checked_receipt.additional_properties = d
        return checked_receipt

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
