from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.planned_threshold_method import (
    PlannedThresholdMethod,
    check_planned_threshold_method,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PlannedThreshold")


@_attrs_define
class PlannedThreshold:
    """A cosine threshold for one gallery size, with its 95 % interval over people."""

    gallery_size: int
    value: float
    low: float
    high: float
    method: PlannedThresholdMethod

    def to_dict(self) -> dict[str, Any]:
        gallery_size = self.gallery_size

        value = self.value

        low = self.low

        high = self.high

        method: str = self.method

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "gallery_size": gallery_size,
                "value": value,
                "low": low,
                "high": high,
                "method": method,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        gallery_size = d.pop("gallery_size")

        value = d.pop("value")

        low = d.pop("low")

        high = d.pop("high")

        method = check_planned_threshold_method(d.pop("method"))

        planned_threshold = cls(
            gallery_size=gallery_size,
            value=value,
            low=low,
            high=high,
            method=method,
        )

        return planned_threshold
