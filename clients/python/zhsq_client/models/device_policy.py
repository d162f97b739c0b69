from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.device_policy_liveness import (
    DevicePolicyLiveness,
    check_device_policy_liveness,
)
from ..models.device_policy_quality import (
    DevicePolicyQuality,
    check_device_policy_quality,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="DevicePolicy")


@_attrs_define
class DevicePolicy:
    liveness: DevicePolicyLiveness | Unset = "off"
    """ required: only a live face may match """
    quality: DevicePolicyQuality | Unset = "advise"
    """ require: a probe that is not good enough matches nobody """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        liveness: str | Unset = UNSET
        if not isinstance(self.liveness, Unset):
            liveness = self.liveness

        quality: str | Unset = UNSET
        if not isinstance(self.quality, Unset):
            quality = self.quality

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if liveness is not UNSET:
            field_dict["liveness"] = liveness
        if quality is not UNSET:
            field_dict["quality"] = quality

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _liveness = d.pop("liveness", UNSET)
        liveness: DevicePolicyLiveness | Unset
        if isinstance(_liveness, Unset):
            liveness = UNSET
        else:
            liveness = check_device_policy_liveness(_liveness)

        _quality = d.pop("quality", UNSET)
        quality: DevicePolicyQuality | Unset
        if isinstance(_quality, Unset):
            quality = UNSET
        else:
            quality = check_device_policy_quality(_quality)

        device_policy = cls(
            liveness=liveness,
            quality=quality,
        )

        device_policy.additional_properties = d
        return device_policy

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
