from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.similar_person import SimilarPerson


T = TypeVar("T", bound="SimilarGroup")


@_attrs_define
class SimilarGroup:
    """An enrolled person, and who is like them."""

    subject: str
    reference: str
    similar: list[SimilarPerson]
    """ most like first, at most 10 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.similar_person import SimilarPerson  # noqa: PLC0415

        subject = self.subject

        reference = self.reference

        similar = []
        for similar_item_data in self.similar:
            similar_item = similar_item_data.to_dict()
            similar.append(similar_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subject": subject,
                "reference": reference,
                "similar": similar,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.similar_person import SimilarPerson  # noqa: PLC0415

        d = dict(src_dict)
        subject = d.pop("subject")

        reference = d.pop("reference")

        similar = []
        _similar = d.pop("similar")
        for similar_item_data in _similar:
            similar_item = SimilarPerson.from_dict(similar_item_data)

            similar.append(similar_item)

        similar_group = cls(
            subject=subject,
            reference=reference,
            similar=similar,
        )

        similar_group.additional_properties = d
        return similar_group

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
