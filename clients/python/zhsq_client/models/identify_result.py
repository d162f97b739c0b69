from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.identify_result_decision import (
    IdentifyResultDecision,
    check_identify_result_decision,
)
from ..models.identify_result_refused_type_0 import (
    IdentifyResultRefusedType0,
    check_identify_result_refused_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quality_reason import QualityReason


T = TypeVar("T", bound="IdentifyResult")


@_attrs_define
class IdentifyResult:
    decision: IdentifyResultDecision
    subject: None | str
    reference: None | str
    score: float | None
    """ cosine similarity of a match, -1..1 """
    margin: float | None
    """ lead over the next person, whichever of their photos is nearest """
    threshold: float
    threshold_source: str
    gallery: int
    """ people whose consent holds """
    refused: IdentifyResultRefusedType0 | None
    """ what the device's policy asks of a probe and this one lacks """
    quality_reasons: list[QualityReason]
    """ what may have kept the photo from matching; empty for a match """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quality_reason import QualityReason  # noqa: PLC0415

        decision: str = self.decision

        subject: None | str
        subject = self.subject

        reference: None | str
        reference = self.reference

        score: float | None
        score = self.score

        margin: float | None
        margin = self.margin

        threshold = self.threshold

        threshold_source = self.threshold_source

        gallery = self.gallery

        refused: None | str
        if isinstance(self.refused, str):
            refused = self.refused
        else:
            refused = self.refused

        quality_reasons = []
        for quality_reasons_item_data in self.quality_reasons:
            quality_reasons_item = quality_reasons_item_data.to_dict()
            quality_reasons.append(quality_reasons_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
                "subject": subject,
                "reference": reference,
                "score": score,
                "margin": margin,
                "threshold": threshold,
                "threshold_source": threshold_source,
                "gallery": gallery,
                "refused": refused,
                "quality_reasons": quality_reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quality_reason import QualityReason  # noqa: PLC0415

        d = dict(src_dict)
        decision = check_identify_result_decision(d.pop("decision"))

        def _parse_subject(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject = _parse_subject(d.pop("subject"))

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        def _parse_score(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        score = _parse_score(d.pop("score"))

        def _parse_margin(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        margin = _parse_margin(d.pop("margin"))

        threshold = d.pop("threshold")

        threshold_source = d.pop("threshold_source")

        gallery = d.pop("gallery")

        def _parse_refused(data: object) -> IdentifyResultRefusedType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                refused_type_0 = check_identify_result_refused_type_0(data)

                return refused_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IdentifyResultRefusedType0 | None, data)

        refused = _parse_refused(d.pop("refused"))

        quality_reasons = []
        _quality_reasons = d.pop("quality_reasons")
        for quality_reasons_item_data in _quality_reasons:
            quality_reasons_item = QualityReason.from_dict(quality_reasons_item_data)

            quality_reasons.append(quality_reasons_item)

        identify_result = cls(
            decision=decision,
            subject=subject,
            reference=reference,
            score=score,
            margin=margin,
            threshold=threshold,
            threshold_source=threshold_source,
            gallery=gallery,
            refused=refused,
            quality_reasons=quality_reasons,
        )

        identify_result.additional_properties = d
        return identify_result

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
