from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.verification_quality_reasons import VerificationQualityReasons


T = TypeVar("T", bound="Verification")


@_attrs_define
class Verification:
    match: bool
    score: float
    """ cosine similarity, -1..1 """
    threshold: float
    threshold_source: str
    quality_reasons: VerificationQualityReasons
    """ what may have kept each photo from matching; empty for a match """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.verification_quality_reasons import VerificationQualityReasons  # noqa: PLC0415

        match = self.match

        score = self.score

        threshold = self.threshold

        threshold_source = self.threshold_source

        quality_reasons = self.quality_reasons.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "match": match,
                "score": score,
                "threshold": threshold,
                "threshold_source": threshold_source,
                "quality_reasons": quality_reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.verification_quality_reasons import VerificationQualityReasons  # noqa: PLC0415

        d = dict(src_dict)
        match = d.pop("match")

        score = d.pop("score")

        threshold = d.pop("threshold")

        threshold_source = d.pop("threshold_source")

        quality_reasons = VerificationQualityReasons.from_dict(d.pop("quality_reasons"))

        verification = cls(
            match=match,
            score=score,
            threshold=threshold,
            threshold_source=threshold_source,
            quality_reasons=quality_reasons,
        )

        verification.additional_properties = d
        return verification

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
