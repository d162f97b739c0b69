from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.face_point_origin import FacePointOrigin, check_face_point_origin
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.warned import Warned


T = TypeVar("T", bound="FacePoint")


@_attrs_define
class FacePoint:
    people: int
    """ enrolled whose consent holds """
    threshold: float
    """ cosine that a match in 1:N needs """
    low: float | None
    """ 95 % interval of the threshold; null where none is known """
    high: float | None
    planned_for: int | None
    """ people that this threshold is planned for; null for a guess """
    fpir: float
    """ share of strangers who may be named as someone, the target """
    margin: float
    """ lead over the next person that a match in 1:N needs """
    verify: float
    """ cosine that a match in 1:1 needs """
    bundle: str
    origin: FacePointOrigin
    """ estate: uploaded for it; file: of this service; guess: there is none """
    source: str
    calibration: None | str
    """ identifier of the one that was uploaded """
    since: datetime.datetime | None
    warnings: list[Warned]
    notes: list[str]
    """ what the calibration says of itself """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.warned import Warned  # noqa: PLC0415

        people = self.people

        threshold = self.threshold

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        planned_for: int | None
        planned_for = self.planned_for

        fpir = self.fpir

        margin = self.margin

        verify = self.verify

        bundle = self.bundle

        origin: str = self.origin

        source = self.source

        calibration: None | str
        calibration = self.calibration

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        notes = self.notes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "people": people,
                "threshold": threshold,
                "low": low,
                "high": high,
                "planned_for": planned_for,
                "fpir": fpir,
                "margin": margin,
                "verify": verify,
                "bundle": bundle,
                "origin": origin,
                "source": source,
                "calibration": calibration,
                "since": since,
                "warnings": warnings,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.warned import Warned  # noqa: PLC0415

        d = dict(src_dict)
        people = d.pop("people")

        threshold = d.pop("threshold")

        def _parse_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        low = _parse_low(d.pop("low"))

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        def _parse_planned_for(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        planned_for = _parse_planned_for(d.pop("planned_for"))

        fpir = d.pop("fpir")

        margin = d.pop("margin")

        verify = d.pop("verify")

        bundle = d.pop("bundle")

        origin = check_face_point_origin(d.pop("origin"))

        source = d.pop("source")

        def _parse_calibration(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        calibration = _parse_calibration(d.pop("calibration"))

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = Warned.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        notes = cast(list[str], d.pop("notes"))

        face_point = cls(
            people=people,
            threshold=threshold,
            low=low,
            high=high,
            planned_for=planned_for,
            fpir=fpir,
            margin=margin,
            verify=verify,
            bundle=bundle,
            origin=origin,
            source=source,
            calibration=calibration,
            since=since,
            warnings=warnings,
            notes=notes,
        )

        face_point.additional_properties = d
        return face_point

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
