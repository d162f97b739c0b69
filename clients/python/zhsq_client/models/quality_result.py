from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.quality_result_use import QualityResultUse, check_quality_result_use
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quality_measure import QualityMeasure
    from ..models.quality_reason import QualityReason


T = TypeVar("T", bound="QualityResult")


@_attrs_define
class QualityResult:
    use: QualityResultUse
    acceptable: bool
    weakest: str
    """ the measure with the smallest component value """
    measures: list[QualityMeasure]
    reasons: list[QualityReason]
    """ what to put right; empty when acceptable """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quality_measure import QualityMeasure  # noqa: PLC0415
        from ..models.quality_reason import QualityReason  # noqa: PLC0415

        use: str = self.use

        acceptable = self.acceptable

        weakest = self.weakest

        measures = []
        for measures_item_data in self.measures:
            measures_item = measures_item_data.to_dict()
            measures.append(measures_item)

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "use": use,
                "acceptable": acceptable,
                "weakest": weakest,
                "measures": measures,
                "reasons": reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quality_measure import QualityMeasure  # noqa: PLC0415
        from ..models.quality_reason import QualityReason  # noqa: PLC0415

        d = dict(src_dict)
        use = check_quality_result_use(d.pop("use"))

        acceptable = d.pop("acceptable")

        weakest = d.pop("weakest")

        measures = []
        _measures = d.pop("measures")
        for measures_item_data in _measures:
            measures_item = QualityMeasure.from_dict(measures_item_data)

            measures.append(measures_item)

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = QualityReason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        quality_result = cls(
            use=use,
            acceptable=acceptable,
            weakest=weakest,
            measures=measures,
            reasons=reasons,
        )

        quality_result.additional_properties = d
        return quality_result

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
