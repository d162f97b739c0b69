from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.estate_figures import EstateFigures
    from ..models.record import Record


T = TypeVar("T", bound="Assessment")


@_attrs_define
class Assessment:
    made_at: str
    """ UTC """
    version: str
    people_stored: int
    """ in all estates of this store, or in the one that the caller may see """
    filing_due: bool
    estates: list[EstateFigures]
    records: list[Record]
    filing_threshold: int | Unset = 100000
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.estate_figures import EstateFigures  # noqa: PLC0415
        from ..models.record import Record  # noqa: PLC0415

        made_at = self.made_at

        version = self.version

        people_stored = self.people_stored

        filing_due = self.filing_due

        estates = []
        for estates_item_data in self.estates:
            estates_item = estates_item_data.to_dict()
            estates.append(estates_item)

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        filing_threshold = self.filing_threshold

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "made_at": made_at,
                "version": version,
                "people_stored": people_stored,
                "filing_due": filing_due,
                "estates": estates,
                "records": records,
            }
        )
        if filing_threshold is not UNSET:
            field_dict["filing_threshold"] = filing_threshold

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estate_figures import EstateFigures  # noqa: PLC0415
        from ..models.record import Record  # noqa: PLC0415

        d = dict(src_dict)
        made_at = d.pop("made_at")

        version = d.pop("version")

        people_stored = d.pop("people_stored")

        filing_due = d.pop("filing_due")

        estates = []
        _estates = d.pop("estates")
        for estates_item_data in _estates:
            estates_item = EstateFigures.from_dict(estates_item_data)

            estates.append(estates_item)

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = Record.from_dict(records_item_data)

            records.append(records_item)

        filing_threshold = d.pop("filing_threshold", UNSET)

        assessment = cls(
            made_at=made_at,
            version=version,
            people_stored=people_stored,
            filing_due=filing_due,
            estates=estates,
            records=records,
            filing_threshold=filing_threshold,
        )

        assessment.additional_properties = d
        return assessment

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
