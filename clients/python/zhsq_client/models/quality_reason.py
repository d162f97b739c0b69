from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="QualityReason")


@_attrs_define
class QualityReason:
    code: str
    measure: str
    value: float
    need: float
    message_en: str
    message_zh: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        measure = self.measure

        value = self.value

        need = self.need

        message_en = self.message_en

        message_zh = self.message_zh

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "measure": measure,
                "value": value,
                "need": need,
                "message_en": message_en,
                "message_zh": message_zh,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        measure = d.pop("measure")

        value = d.pop("value")

        need = d.pop("need")

        message_en = d.pop("message_en")

        message_zh = d.pop("message_zh")

        quality_reason = cls(
            code=code,
            measure=measure,
            value=value,
            need=need,
            message_en=message_en,
            message_zh=message_zh,
        )

        quality_reason.additional_properties = d
        return quality_reason

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
