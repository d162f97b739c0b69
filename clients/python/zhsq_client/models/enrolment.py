from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.similar_person import SimilarPerson


T = TypeVar("T", bound="Enrolment")


@_attrs_define
class Enrolment:
    subject: str
    estate: str
    reference: str
    consent_expires_at: datetime.datetime
    templates: int
    similar: list[SimilarPerson] | None
    """ enrolled people as like as a match needs: family, or the same person twice; a warning, no refusal. Null when
    it was not looked for """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.similar_person import SimilarPerson  # noqa: PLC0415

        subject = self.subject

        estate = self.estate

        reference = self.reference

        consent_expires_at = self.consent_expires_at.isoformat()

        templates = self.templates

        similar: list[dict[str, Any]] | None
        if isinstance(self.similar, list):
            similar = []
            for similar_type_0_item_data in self.similar:
                similar_type_0_item = similar_type_0_item_data.to_dict()
                similar.append(similar_type_0_item)

        else:
            similar = self.similar

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subject": subject,
                "estate": estate,
                "reference": reference,
                "consent_expires_at": consent_expires_at,
                "templates": templates,
                "similar": similar,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.similar_person import SimilarPerson  # noqa: PLC0415

        d = dict(src_dict)
        subject = d.pop("subject")

        estate = d.pop("estate")

        reference = d.pop("reference")

        consent_expires_at = datetime.datetime.fromisoformat(d.pop("consent_expires_at"))

        templates = d.pop("templates")

        def _parse_similar(data: object) -> list[SimilarPerson] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                similar_type_0 = []
                _similar_type_0 = data
                for similar_type_0_item_data in _similar_type_0:
                    similar_type_0_item = SimilarPerson.from_dict(similar_type_0_item_data)

                    similar_type_0.append(similar_type_0_item)

                return similar_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SimilarPerson] | None, data)

        similar = _parse_similar(d.pop("similar"))

        enrolment = cls(
            subject=subject,
            estate=estate,
            reference=reference,
            consent_expires_at=consent_expires_at,
            templates=templates,
            similar=similar,
        )

        enrolment.additional_properties = d
        return enrolment

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
