from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PassPublic")


@_attrs_define
class PassPublic:
    id: str
    estate: None | str
    expires_in_s: float
    """ after the last frame """
    frames: int
    """ that it takes at most """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        estate: None | str
        estate = self.estate

        expires_in_s = self.expires_in_s

        frames = self.frames

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "estate": estate,
                "expires_in_s": expires_in_s,
                "frames": frames,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_estate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estate = _parse_estate(d.pop("estate"))

        expires_in_s = d.pop("expires_in_s")

        frames = d.pop("frames")

        pass_public = cls(
            id=id,
            estate=estate,
            expires_in_s=expires_in_s,
            frames=frames,
        )

        pass_public.additional_properties = d
        return pass_public

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
