from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Moved")


@_attrs_define
class Moved:
    """How far the threshold moved from another one, and what that one would do to the sample."""

    source: str
    value: float
    by: float
    fpir: float

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        value = self.value

        by = self.by

        fpir = self.fpir

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source": source,
                "value": value,
                "by": by,
                "fpir": fpir,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        value = d.pop("value")

        by = d.pop("by")

        fpir = d.pop("fpir")

        moved = cls(
            source=source,
            value=value,
            by=by,
            fpir=fpir,
        )

        return moved
