from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="WeakestResult")


@_attrs_define
class WeakestResult:
    place: int
    """ 1..8 """
    symbol: str
    """ of the registered plate; empty behind its end """
    read: str
    """ what was read there; empty when nothing was """
    probability: float
    """ of the registered plate's symbol there, 0..1 """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        place = self.place

        symbol = self.symbol

        read = self.read

        probability = self.probability

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "place": place,
                "symbol": symbol,
                "read": read,
                "probability": probability,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        place = d.pop("place")

        symbol = d.pop("symbol")

        read = d.pop("read")

        probability = d.pop("probability")

        weakest_result = cls(
            place=place,
            symbol=symbol,
            read=read,
            probability=probability,
        )

        weakest_result.additional_properties = d
        return weakest_result

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
