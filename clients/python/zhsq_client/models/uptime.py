from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.uptime_unmeasured import UptimeUnmeasured, check_uptime_unmeasured
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.gap import Gap


T = TypeVar("T", bound="Uptime")


@_attrs_define
class Uptime:
    """One device in a period."""

    device: str
    registered: bool
    kinds: list[str]
    """ types of events it sent in the period """
    signs: int
    """ events it sent in the period """
    last_heard: datetime.datetime | None
    observed_s: float | None
    up_s: float | None
    uptime: float | None
    """ up / observed; null where it is not measured """
    gaps: int
    longest: list[Gap]
    unmeasured: UptimeUnmeasured
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.gap import Gap  # noqa: PLC0415

        device = self.device

        registered = self.registered

        kinds = self.kinds

        signs = self.signs

        last_heard: None | str
        if isinstance(self.last_heard, datetime.datetime):
            last_heard = self.last_heard.isoformat()
        else:
            last_heard = self.last_heard

        observed_s: float | None
        observed_s = self.observed_s

        up_s: float | None
        up_s = self.up_s

        uptime: float | None
        uptime = self.uptime

        gaps = self.gaps

        longest = []
        for longest_item_data in self.longest:
            longest_item = longest_item_data.to_dict()
            longest.append(longest_item)

        unmeasured: str = self.unmeasured

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "device": device,
                "registered": registered,
                "kinds": kinds,
                "signs": signs,
                "last_heard": last_heard,
                "observed_s": observed_s,
                "up_s": up_s,
                "uptime": uptime,
                "gaps": gaps,
                "longest": longest,
                "unmeasured": unmeasured,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.gap import Gap  # noqa: PLC0415

        d = dict(src_dict)
        device = d.pop("device")

        registered = d.pop("registered")

        kinds = cast(list[str], d.pop("kinds"))

        signs = d.pop("signs")

        def _parse_last_heard(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_heard_type_0 = datetime.datetime.fromisoformat(data)

                return last_heard_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_heard = _parse_last_heard(d.pop("last_heard"))

        def _parse_observed_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        observed_s = _parse_observed_s(d.pop("observed_s"))

        def _parse_up_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        up_s = _parse_up_s(d.pop("up_s"))

        def _parse_uptime(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        uptime = _parse_uptime(d.pop("uptime"))

        gaps = d.pop("gaps")

        longest = []
        _longest = d.pop("longest")
        for longest_item_data in _longest:
            longest_item = Gap.from_dict(longest_item_data)

            longest.append(longest_item)

        unmeasured = check_uptime_unmeasured(d.pop("unmeasured"))

        uptime = cls(
            device=device,
            registered=registered,
            kinds=kinds,
            signs=signs,
            last_heard=last_heard,
            observed_s=observed_s,
            up_s=up_s,
            uptime=uptime,
            gaps=gaps,
            longest=longest,
            unmeasured=unmeasured,
        )

        uptime.additional_properties = d
        return uptime

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
