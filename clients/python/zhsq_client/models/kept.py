from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Kept")


@_attrs_define
class Kept:
    """What retention has left of the period."""

    events_days: int
    alerts_days: int
    events_since: datetime.datetime | None
    """ events of the period from before this may be gone; null: none """
    alerts_since: datetime.datetime | None
    """ closed alerts of the period whose newest evidence is from before this may be gone; null: none """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        events_days = self.events_days

        alerts_days = self.alerts_days

        events_since: None | str
        if isinstance(self.events_since, datetime.datetime):
            events_since = self.events_since.isoformat()
        else:
            events_since = self.events_since

        alerts_since: None | str
        if isinstance(self.alerts_since, datetime.datetime):
            alerts_since = self.alerts_since.isoformat()
        else:
            alerts_since = self.alerts_since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "events_days": events_days,
                "alerts_days": alerts_days,
                "events_since": events_since,
                "alerts_since": alerts_since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        events_days = d.pop("events_days")

        alerts_days = d.pop("alerts_days")

        def _parse_events_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                events_since_type_0 = datetime.datetime.fromisoformat(data)

                return events_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        events_since = _parse_events_since(d.pop("events_since"))

        def _parse_alerts_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                alerts_since_type_0 = datetime.datetime.fromisoformat(data)

                return alerts_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        alerts_since = _parse_alerts_since(d.pop("alerts_since"))

        kept = cls(
            events_days=events_days,
            alerts_days=alerts_days,
            events_since=events_since,
            alerts_since=alerts_since,
        )

        kept.additional_properties = d
        return kept

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
