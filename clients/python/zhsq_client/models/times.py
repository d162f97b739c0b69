from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.share import Share


T = TypeVar("T", bound="Times")


@_attrs_define
class Times:
    """How long something took, seconds."""

    n: int
    """ alerts for which it was done """
    median_s: float | None
    median_low_s: float | None
    """ 95 % by order statistics; null below 6 alerts """
    median_high_s: float | None
    p90_s: float | None
    within: Share
    """ `count` of `of`, with Wilson's interval at 95 %; `value` is null where there is nothing to count. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.share import Share  # noqa: PLC0415

        n = self.n

        median_s: float | None
        median_s = self.median_s

        median_low_s: float | None
        median_low_s = self.median_low_s

        median_high_s: float | None
        median_high_s = self.median_high_s

        p90_s: float | None
        p90_s = self.p90_s

        within = self.within.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "n": n,
                "median_s": median_s,
                "median_low_s": median_low_s,
                "median_high_s": median_high_s,
                "p90_s": p90_s,
                "within": within,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.share import Share  # noqa: PLC0415

        d = dict(src_dict)
        n = d.pop("n")

        def _parse_median_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median_s = _parse_median_s(d.pop("median_s"))

        def _parse_median_low_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median_low_s = _parse_median_low_s(d.pop("median_low_s"))

        def _parse_median_high_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median_high_s = _parse_median_high_s(d.pop("median_high_s"))

        def _parse_p90_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        p90_s = _parse_p90_s(d.pop("p90_s"))

        within = Share.from_dict(d.pop("within"))

        times = cls(
            n=n,
            median_s=median_s,
            median_low_s=median_low_s,
            median_high_s=median_high_s,
            p90_s=p90_s,
            within=within,
        )

        times.additional_properties = d
        return times

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
