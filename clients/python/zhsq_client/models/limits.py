from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Limits")


@_attrs_define
class Limits:
    """Seconds within which an alert is to be acknowledged, and closed. Our own defaults: a contract has its own."""

    acknowledge_s: float
    close_s: float

    def to_dict(self) -> dict[str, Any]:
        acknowledge_s = self.acknowledge_s

        close_s = self.close_s

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "acknowledge_s": acknowledge_s,
                "close_s": close_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        acknowledge_s = d.pop("acknowledge_s")

        close_s = d.pop("close_s")

        limits = cls(
            acknowledge_s=acknowledge_s,
            close_s=close_s,
        )

        return limits
