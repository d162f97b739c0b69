from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.day import Day


T = TypeVar("T", bound="Daily")


@_attrs_define
class Daily:
    utc_offset: str
    """ of the days, as the rules have it """
    days: list[Day]
    """ oldest first; the last is today """
    total: Day
    """ The alerts that opened on a day, or on all days of the period (day: null); states are the present ones. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.day import Day  # noqa: PLC0415

        utc_offset = self.utc_offset

        days = []
        for days_item_data in self.days:
            days_item = days_item_data.to_dict()
            days.append(days_item)

        total = self.total.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "utc_offset": utc_offset,
                "days": days,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.day import Day  # noqa: PLC0415

        d = dict(src_dict)
        utc_offset = d.pop("utc_offset")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = Day.from_dict(days_item_data)

            days.append(days_item)

        total = Day.from_dict(d.pop("total"))

        daily = cls(
            utc_offset=utc_offset,
            days=days,
            total=total,
        )

        daily.additional_properties = d
        return daily

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
