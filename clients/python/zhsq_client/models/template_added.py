from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.similar_person import SimilarPerson


T = TypeVar("T", bound="TemplateAdded")


@_attrs_define
class TemplateAdded:
    id: str
    created_at: datetime.datetime
    usable: bool
    """ made by the model in use; another's can't be compared """
    similar: list[SimilarPerson]
    """ other enrolled people as like as a match needs """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.similar_person import SimilarPerson  # noqa: PLC0415

        id = self.id

        created_at = self.created_at.isoformat()

        usable = self.usable

        similar = []
        for similar_item_data in self.similar:
            similar_item = similar_item_data.to_dict()
            similar.append(similar_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "created_at": created_at,
                "usable": usable,
                "similar": similar,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.similar_person import SimilarPerson  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        usable = d.pop("usable")

        similar = []
        _similar = d.pop("similar")
        for similar_item_data in _similar:
            similar_item = SimilarPerson.from_dict(similar_item_data)

            similar.append(similar_item)

        template_added = cls(
            id=id,
            created_at=created_at,
            usable=usable,
            similar=similar,
        )

        template_added.additional_properties = d
        return template_added

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
