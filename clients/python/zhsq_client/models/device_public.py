from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.device_public_kind import DevicePublicKind, check_device_public_kind
from ..models.device_public_liveness import (
    DevicePublicLiveness,
    check_device_public_liveness,
)
from ..models.device_public_quality import (
    DevicePublicQuality,
    check_device_public_quality,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="DevicePublic")


@_attrs_define
class DevicePublic:
    name: str
    id: str
    estate: str
    liveness: DevicePublicLiveness | Unset = "off"
    """ required: only a live face may match """
    quality: DevicePublicQuality | Unset = "advise"
    """ require: a probe that is not good enough matches nobody """
    kind: DevicePublicKind | Unset = "other"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        id = self.id

        estate = self.estate

        liveness: str | Unset = UNSET
        if not isinstance(self.liveness, Unset):
            liveness = self.liveness

        quality: str | Unset = UNSET
        if not isinstance(self.quality, Unset):
            quality = self.quality

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "id": id,
                "estate": estate,
            }
        )
        if liveness is not UNSET:
            field_dict["liveness"] = liveness
        if quality is not UNSET:
            field_dict["quality"] = quality
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        id = d.pop("id")

        estate = d.pop("estate")

        _liveness = d.pop("liveness", UNSET)
        liveness: DevicePublicLiveness | Unset
        if isinstance(_liveness, Unset):
            liveness = UNSET
        else:
            liveness = check_device_public_liveness(_liveness)

        _quality = d.pop("quality", UNSET)
        quality: DevicePublicQuality | Unset
        if isinstance(_quality, Unset):
            quality = UNSET
        else:
            quality = check_device_public_quality(_quality)

        _kind = d.pop("kind", UNSET)
        kind: DevicePublicKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_device_public_kind(_kind)

        device_public = cls(
            name=name,
            id=id,
            estate=estate,
            liveness=liveness,
            quality=quality,
            kind=kind,
        )

        device_public.additional_properties = d
        return device_public

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
