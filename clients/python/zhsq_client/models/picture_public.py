from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.picture_public_kind import PicturePublicKind, check_picture_public_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="PicturePublic")


@_attrs_define
class PicturePublic:
    id: str
    kind: PicturePublicKind
    taken_at: datetime.datetime
    added_at: datetime.datetime
    by: str
    width: int
    height: int
    faces: int
    """ found and hidden; a face that the detector missed is not among them """
    original_until: datetime.datetime | None
    """ until when it can be had as it came; null: never stored, or gone """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        taken_at = self.taken_at.isoformat()

        added_at = self.added_at.isoformat()

        by = self.by

        width = self.width

        height = self.height

        faces = self.faces

        original_until: None | str
        if isinstance(self.original_until, datetime.datetime):
            original_until = self.original_until.isoformat()
        else:
            original_until = self.original_until

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "taken_at": taken_at,
                "added_at": added_at,
                "by": by,
                "width": width,
                "height": height,
                "faces": faces,
                "original_until": original_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_picture_public_kind(d.pop("kind"))

        taken_at = datetime.datetime.fromisoformat(d.pop("taken_at"))

        added_at = datetime.datetime.fromisoformat(d.pop("added_at"))

        by = d.pop("by")

        width = d.pop("width")

        height = d.pop("height")

        faces = d.pop("faces")

        def _parse_original_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                original_until_type_0 = datetime.datetime.fromisoformat(data)

                return original_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        original_until = _parse_original_until(d.pop("original_until"))

        picture_public = cls(
            id=id,
            kind=kind,
            taken_at=taken_at,
            added_at=added_at,
            by=by,
            width=width,
            height=height,
            faces=faces,
            original_until=original_until,
        )

        picture_public.additional_properties = d
        return picture_public

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
