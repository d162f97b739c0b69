from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.calibration_public_method import (
    CalibrationPublicMethod,
    check_calibration_public_method,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CalibrationPublic")


@_attrs_define
class CalibrationPublic:
    id: str
    data: str
    """ the sample that it was made on """
    bundle: str
    gallery_size: int
    fpir: float
    threshold: float
    low: float
    high: float
    method: CalibrationPublicMethod
    fnir: float
    """ share of enrolled people who would be missed on the sample """
    in_force: bool
    """ decides now; at most one does """
    created_at: datetime.datetime
    created_by: str
    removed_at: datetime.datetime | None
    removed_by: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        data = self.data

        bundle = self.bundle

        gallery_size = self.gallery_size

        fpir = self.fpir

        threshold = self.threshold

        low = self.low

        high = self.high

        method: str = self.method

        fnir = self.fnir

        in_force = self.in_force

        created_at = self.created_at.isoformat()

        created_by = self.created_by

        removed_at: None | str
        if isinstance(self.removed_at, datetime.datetime):
            removed_at = self.removed_at.isoformat()
        else:
            removed_at = self.removed_at

        removed_by: None | str
        removed_by = self.removed_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "data": data,
                "bundle": bundle,
                "gallery_size": gallery_size,
                "fpir": fpir,
                "threshold": threshold,
                "low": low,
                "high": high,
                "method": method,
                "fnir": fnir,
                "in_force": in_force,
                "created_at": created_at,
                "created_by": created_by,
                "removed_at": removed_at,
                "removed_by": removed_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        data = d.pop("data")

        bundle = d.pop("bundle")

        gallery_size = d.pop("gallery_size")

        fpir = d.pop("fpir")

        threshold = d.pop("threshold")

        low = d.pop("low")

        high = d.pop("high")

        method = check_calibration_public_method(d.pop("method"))

        fnir = d.pop("fnir")

        in_force = d.pop("in_force")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        created_by = d.pop("created_by")

        def _parse_removed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                removed_at_type_0 = datetime.datetime.fromisoformat(data)

                return removed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        removed_at = _parse_removed_at(d.pop("removed_at"))

        def _parse_removed_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        removed_by = _parse_removed_by(d.pop("removed_by"))

        calibration_public = cls(
            id=id,
            data=data,
            bundle=bundle,
            gallery_size=gallery_size,
            fpir=fpir,
            threshold=threshold,
            low=low,
            high=high,
            method=method,
            fnir=fnir,
            in_force=in_force,
            created_at=created_at,
            created_by=created_by,
            removed_at=removed_at,
            removed_by=removed_by,
        )

        calibration_public.additional_properties = d
        return calibration_public

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
