from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.platform_public_pushed_now_item import (
    PlatformPublicPushedNowItem,
    check_platform_public_pushed_now_item,
)
from ..models.platform_public_severity import (
    PlatformPublicSeverity,
    check_platform_public_severity,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.options import Options


T = TypeVar("T", bound="PlatformPublic")


@_attrs_define
class PlatformPublic:
    id: str
    name: str
    url: str
    estate: str
    severity: PlatformPublicSeverity
    options: Options
    """ Given by the platform's operator when the estate is taken on. """
    pushed_now: list[PlatformPublicPushedNowItem]
    """ kinds of records that a basis in force names """
    enabled: bool
    last_error: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.options import Options  # noqa: PLC0415

        id = self.id

        name = self.name

        url = self.url

        estate = self.estate

        severity: str = self.severity

        options = self.options.to_dict()

        pushed_now = []
        for pushed_now_item_data in self.pushed_now:
            pushed_now_item: str = pushed_now_item_data
            pushed_now.append(pushed_now_item)

        enabled = self.enabled

        last_error = self.last_error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "url": url,
                "estate": estate,
                "severity": severity,
                "options": options,
                "pushed_now": pushed_now,
                "enabled": enabled,
                "last_error": last_error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.options import Options  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        url = d.pop("url")

        estate = d.pop("estate")

        severity = check_platform_public_severity(d.pop("severity"))

        options = Options.from_dict(d.pop("options"))

        pushed_now = []
        _pushed_now = d.pop("pushed_now")
        for pushed_now_item_data in _pushed_now:
            pushed_now_item = check_platform_public_pushed_now_item(pushed_now_item_data)

            pushed_now.append(pushed_now_item)

        enabled = d.pop("enabled")

        last_error = d.pop("last_error")

        platform_public = cls(
            id=id,
            name=name,
            url=url,
            estate=estate,
            severity=severity,
            options=options,
            pushed_now=pushed_now,
            enabled=enabled,
            last_error=last_error,
        )

        platform_public.additional_properties = d
        return platform_public

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
