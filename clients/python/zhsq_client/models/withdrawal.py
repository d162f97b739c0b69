from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Withdrawal")


@_attrs_define
class Withdrawal:
    subject: str
    withdrawn_at: datetime.datetime
    """ UTC; from then on nothing matches """
    erased_by: str | Unset = "the next run of the jobs, which leaves a receipt"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        subject = self.subject

        withdrawn_at = self.withdrawn_at.isoformat()

        erased_by = self.erased_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subject": subject,
                "withdrawn_at": withdrawn_at,
            }
        )
        if erased_by is not UNSET:
            field_dict["erased_by"] = erased_by

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subject = d.pop("subject")

        withdrawn_at = datetime.datetime.fromisoformat(d.pop("withdrawn_at"))

        erased_by = d.pop("erased_by", UNSET)

        withdrawal = cls(
            subject=subject,
            withdrawn_at=withdrawn_at,
            erased_by=erased_by,
        )

        withdrawal.additional_properties = d
        return withdrawal

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
