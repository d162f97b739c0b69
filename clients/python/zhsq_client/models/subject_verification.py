from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.subject_verification_consent import (
    SubjectVerificationConsent,
    check_subject_verification_consent,
)
from ..models.subject_verification_refused_type_0 import (
    SubjectVerificationRefusedType0,
    check_subject_verification_refused_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quality_reason import QualityReason


T = TypeVar("T", bound="SubjectVerification")


@_attrs_define
class SubjectVerification:
    match: bool
    subject: str
    score: float | None
    """ of a match, of the person's nearest photo; of no match none is told """
    threshold: float
    threshold_source: str
    consent: SubjectVerificationConsent
    """ ended: nothing was compared """
    refused: None | SubjectVerificationRefusedType0
    """ what the device's policy asks of a probe and this one lacks """
    quality_reasons: list[QualityReason]
    """ what may have kept the photo from matching; empty for a match """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quality_reason import QualityReason  # noqa: PLC0415

        match = self.match

        subject = self.subject

        score: float | None
        score = self.score

        threshold = self.threshold

        threshold_source = self.threshold_source

        consent: str = self.consent

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
                "match": match,
                "subject": subject,
                "score": score,
                "threshold": threshold,
                "threshold_source": threshold_source,
                "consent": consent,
                "refused": refused,
                "quality_reasons": quality_reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quality_reason import QualityReason  # noqa: PLC0415

        d = dict(src_dict)
        match = d.pop("match")

        subject = d.pop("subject")

        def _parse_score(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        score = _parse_score(d.pop("score"))

        threshold = d.pop("threshold")

        threshold_source = d.pop("threshold_source")

        consent = check_subject_verification_consent(d.pop("consent"))

        def _parse_refused(data: object) -> None | SubjectVerificationRefusedType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                refused_type_0 = check_subject_verification_refused_type_0(data)

                return refused_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SubjectVerificationRefusedType0, data)

        refused = _parse_refused(d.pop("refused"))

        quality_reasons = []
        _quality_reasons = d.pop("quality_reasons")
        for quality_reasons_item_data in _quality_reasons:
            quality_reasons_item = QualityReason.from_dict(quality_reasons_item_data)

            quality_reasons.append(quality_reasons_item)

        subject_verification = cls(
            match=match,
            subject=subject,
            score=score,
            threshold=threshold,
            threshold_source=threshold_source,
            consent=consent,
            refused=refused,
            quality_reasons=quality_reasons,
        )

        subject_verification.additional_properties = d
        return subject_verification

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
