from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.day_severities import DaySeverities
    from ..models.day_states import DayStates


T = TypeVar("T", bound="Day")


@_attrs_define
class Day:
    """The alerts that opened on a day, or on all days of the period (day: null); states are the present ones."""

    day: datetime.date | None
    alerts: int
    severities: DaySeverities
    states: DayStates
    judged: int
    """ resolved, dismissed or judged later """
    false_alarms: int
    interval: list[float]
    """ of the share of false alarms among those judged, 95 % (Wilson) """
    acknowledge_s: float | None
    """ median seconds from open to acknowledged """
    close_s: float | None
    """ median seconds from open to closed """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.day_severities import DaySeverities  # noqa: PLC0415
        from ..models.day_states import DayStates  # noqa: PLC0415

        day: None | str
        if isinstance(self.day, datetime.date):
            day = self.day.isoformat()
        else:
            day = self.day

        alerts = self.alerts

        severities = self.severities.to_dict()

        states = self.states.to_dict()

        judged = self.judged

        false_alarms = self.false_alarms

        interval = []
        for interval_item_data in self.interval:
            interval_item: float
            interval_item = interval_item_data
            interval.append(interval_item)

        acknowledge_s: float | None
        acknowledge_s = self.acknowledge_s

        close_s: float | None
        close_s = self.close_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "alerts": alerts,
                "severities": severities,
                "states": states,
                "judged": judged,
                "false_alarms": false_alarms,
                "interval": interval,
                "acknowledge_s": acknowledge_s,
                "close_s": close_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.day_severities import DaySeverities  # noqa: PLC0415
        from ..models.day_states import DayStates  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_day(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                day_type_0 = datetime.date.fromisoformat(data)

                return day_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        day = _parse_day(d.pop("day"))

        alerts = d.pop("alerts")

        severities = DaySeverities.from_dict(d.pop("severities"))

        states = DayStates.from_dict(d.pop("states"))

        judged = d.pop("judged")

        false_alarms = d.pop("false_alarms")

        interval = []
        _interval = d.pop("interval")
        for interval_item_data in _interval:

            def _parse_interval_item(data: object) -> float:
                return cast(float, data)

            interval_item = _parse_interval_item(interval_item_data)

            interval.append(interval_item)

        def _parse_acknowledge_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        acknowledge_s = _parse_acknowledge_s(d.pop("acknowledge_s"))

        def _parse_close_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        close_s = _parse_close_s(d.pop("close_s"))

        day = cls(
            day=day,
            alerts=alerts,
            severities=severities,
            states=states,
            judged=judged,
            false_alarms=false_alarms,
            interval=interval,
            acknowledge_s=acknowledge_s,
            close_s=close_s,
        )

        day.additional_properties = d
        return day

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
