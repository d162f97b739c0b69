from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.target_create_severity import (
    TargetCreateSeverity,
    check_target_create_severity,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="TargetCreate")


@_attrs_define
class TargetCreate:
    name: str
    url: str
    """ https; plain http only to this machine, or by setting """
    estate: None | str | Unset = UNSET
    """ the only estate whose alerts it gets; null: all """
    severity: TargetCreateSeverity | Unset = "minor"
    """ the least that it gets """
    rate_per_s: float | Unset = 20.0
    """ messages a second at most, in catch-up as ever """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        estate: None | str | Unset
        if isinstance(self.estate, Unset):
            estate = UNSET
        else:
            estate = self.estate

        severity: str | Unset = UNSET
        if not isinstance(self.severity, Unset):
            severity = self.severity

        rate_per_s = self.rate_per_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "url": url,
            }
        )
        if estate is not UNSET:
            field_dict["estate"] = estate
        if severity is not UNSET:
            field_dict["severity"] = severity
        if rate_per_s is not UNSET:
            field_dict["rate_per_s"] = rate_per_s

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        def _parse_estate(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        estate = _parse_estate(d.pop("estate", UNSET))

        _severity = d.pop("severity", UNSET)
        severity: TargetCreateSeverity | Unset
        if isinstance(_severity, Unset):
            severity = UNSET
        else:
            severity = check_target_create_severity(_severity)

        rate_per_s = d.pop("rate_per_s", UNSET)

        target_create = cls(
            name=name,
            url=url,
            estate=estate,
            severity=severity,
            rate_per_s=rate_per_s,
        )

        target_create.additional_properties = d
        return target_create

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
