from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.face_point import FacePoint
    from ..models.plate_point import PlatePoint


T = TypeVar("T", bound="OperatingPointPublic")


@_attrs_define
class OperatingPointPublic:
    face: FacePoint
    plate: PlatePoint
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.face_point import FacePoint  # noqa: PLC0415
        from ..models.plate_point import PlatePoint  # noqa: PLC0415

        face = self.face.to_dict()

        plate = self.plate.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "face": face,
                "plate": plate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_point import FacePoint  # noqa: PLC0415
        from ..models.plate_point import PlatePoint  # noqa: PLC0415

        d = dict(src_dict)
        face = FacePoint.from_dict(d.pop("face"))

        plate = PlatePoint.from_dict(d.pop("plate"))

        operating_point_public = cls(
            face=face,
            plate=plate,
        )

        operating_point_public.additional_properties = d
        return operating_point_public

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
