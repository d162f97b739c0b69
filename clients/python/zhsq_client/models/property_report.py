from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.estate_performance import EstatePerformance
    from ..models.kept import Kept
    from ..models.span import Span
    from ..models.targets import Targets


T = TypeVar("T", bound="PropertyReport")


@_attrs_define
class PropertyReport:
    made_at: datetime.datetime
    version: str
    period: Span
    """ From `start` until before `end`, UTC. """
    label: str
    targets: Targets
    """ Limits per severity; what a file leaves out is as packaged. """
    gap_s: float
    """ a longer silence of a device is taken as down """
    retention: Kept
    """ What retention has left of the period. """
    estates: list[EstatePerformance]
    demonstration: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.estate_performance import EstatePerformance  # noqa: PLC0415
        from ..models.kept import Kept  # noqa: PLC0415
        from ..models.span import Span  # noqa: PLC0415
        from ..models.targets import Targets  # noqa: PLC0415

        made_at = self.made_at.isoformat()

        version = self.version

        period = self.period.to_dict()

        label = self.label

        targets = self.targets.to_dict()

        gap_s = self.gap_s

        retention = self.retention.to_dict()

        estates = []
        for estates_item_data in self.estates:
            estates_item = estates_item_data.to_dict()
            estates.append(estates_item)

        demonstration = self.demonstration

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "made_at": made_at,
                "version": version,
                "period": period,
                "label": label,
                "targets": targets,
                "gap_s": gap_s,
                "retention": retention,
                "estates": estates,
            }
        )
        if demonstration is not UNSET:
            field_dict["demonstration"] = demonstration

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estate_performance import EstatePerformance  # noqa: PLC0415
        from ..models.kept import Kept  # noqa: PLC0415
        from ..models.span import Span  # noqa: PLC0415
        from ..models.targets import Targets  # noqa: PLC0415

        d = dict(src_dict)
        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        version = d.pop("version")

        period = Span.from_dict(d.pop("period"))

        label = d.pop("label")

        targets = Targets.from_dict(d.pop("targets"))

        gap_s = d.pop("gap_s")

        retention = Kept.from_dict(d.pop("retention"))

        estates = []
        _estates = d.pop("estates")
        for estates_item_data in _estates:
            estates_item = EstatePerformance.from_dict(estates_item_data)

            estates.append(estates_item)

        demonstration = d.pop("demonstration", UNSET)

        property_report = cls(
            made_at=made_at,
            version=version,
            period=period,
            label=label,
            targets=targets,
            gap_s=gap_s,
            retention=retention,
            estates=estates,
            demonstration=demonstration,
        )

        property_report.additional_properties = d
        return property_report

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
