from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Message")


@_attrs_define
class Message:
    """What a person reads, in both languages; {device}, {zone}, {estate} and {count} are filled in."""

    en: str
    zh: str

    def to_dict(self) -> dict[str, Any]:
        en = self.en

        zh = self.zh

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "en": en,
                "zh": zh,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        en = d.pop("en")

        zh = d.pop("zh")

        message = cls(
            en=en,
            zh=zh,
        )

        return message
