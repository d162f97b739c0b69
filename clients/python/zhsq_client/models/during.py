from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.during_days_item import DuringDaysItem, check_during_days_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="During")


@_attrs_define
class During:
    """Hours of the day, and days of the week, in the zone of the rules; `from` after `to` spans midnight."""

    from_: str
    to: str
    days: list[DuringDaysItem] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_

        to = self.to

        days: list[str] | Unset = UNSET
        if not isinstance(self.days, Unset):
            days = []
            for days_item_data in self.days:
                days_item: str = days_item_data
                days.append(days_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from": from_,
                "to": to,
            }
        )
        if days is not UNSET:
            field_dict["days"] = days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_ = d.pop("from")

        to = d.pop("to")

        _days = d.pop("days", UNSET)
        days: list[DuringDaysItem] | Unset = UNSET
        if _days is not UNSET:
            days = []
            for days_item_data in _days:
                days_item = check_during_days_item(days_item_data)

                days.append(days_item)

        during = cls(
            from_=from_,
            to=to,
            days=days,
        )

        return during
