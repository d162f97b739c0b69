from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.paragraph import Paragraph


T = TypeVar("T", bound="ConsentText")


@_attrs_define
class ConsentText:
    paragraphs: list[Paragraph]
    sha256: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.paragraph import Paragraph  # noqa: PLC0415

        paragraphs = []
        for paragraphs_item_data in self.paragraphs:
            paragraphs_item = paragraphs_item_data.to_dict()
            paragraphs.append(paragraphs_item)

        sha256 = self.sha256

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "paragraphs": paragraphs,
                "sha256": sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.paragraph import Paragraph  # noqa: PLC0415

        d = dict(src_dict)
        paragraphs = []
        _paragraphs = d.pop("paragraphs")
        for paragraphs_item_data in _paragraphs:
            paragraphs_item = Paragraph.from_dict(paragraphs_item_data)

            paragraphs.append(paragraphs_item)

        sha256 = d.pop("sha256")

        consent_text = cls(
            paragraphs=paragraphs,
            sha256=sha256,
        )

        consent_text.additional_properties = d
        return consent_text

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
