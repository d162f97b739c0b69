from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.estate_public import EstatePublic


T = TypeVar("T", bound="ConsolePublic")


@_attrs_define
class ConsolePublic:
    name: str
    """ of the key, or of who the token is about """
    role: str
    estate: None | str
    """ the only one that the caller sees; null: all """
    estates: list[EstatePublic]
    may_judge: bool
    """ correct whether a closed alert was true """
    may_see_originals: bool
    """ see pictures in which faces are not hidden """
    utc_offset: str
    """ of the hours and days of the rules """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.estate_public import EstatePublic  # noqa: PLC0415

        name = self.name

        role = self.role

        estate: None | str
        estate = self.estate

        estates = []
        for estates_item_data in self.estates:
            estates_item = estates_item_data.to_dict()
            estates.append(estates_item)

        may_judge = self.may_judge

        may_see_originals = self.may_see_originals

        utc_offset = self.utc_offset

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "role": role,
                "estate": estate,
                "estates": estates,
                "may_judge": may_judge,
                "may_see_originals": may_see_originals,
                "utc_offset": utc_offset,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estate_public import EstatePublic  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        role = d.pop("role")

        def _parse_estate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estate = _parse_estate(d.pop("estate"))

        estates = []
        _estates = d.pop("estates")
        for estates_item_data in _estates:
            estates_item = EstatePublic.from_dict(estates_item_data)

            estates.append(estates_item)

        may_judge = d.pop("may_judge")

        may_see_originals = d.pop("may_see_originals")

        utc_offset = d.pop("utc_offset")

        console_public = cls(
            name=name,
            role=role,
            estate=estate,
            estates=estates,
            may_judge=may_judge,
            may_see_originals=may_see_originals,
            utc_offset=utc_offset,
        )

        console_public.additional_properties = d
        return console_public

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
