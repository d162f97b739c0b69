from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evidence_data import EvidenceData


T = TypeVar("T", bound="Evidence")


@_attrs_define
class Evidence:
    source: str
    id: str
    time: datetime.datetime
    type_: str
    data: EvidenceData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.evidence_data import EvidenceData  # noqa: PLC0415

        source = self.source

        id = self.id

        time = self.time.isoformat()

        type_ = self.type_

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "id": id,
                "time": time,
                "type": type_,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evidence_data import EvidenceData  # noqa: PLC0415

        d = dict(src_dict)
        source = d.pop("source")

        id = d.pop("id")

        time = datetime.datetime.fromisoformat(d.pop("time"))

        type_ = d.pop("type")

        data = EvidenceData.from_dict(d.pop("data"))

        evidence = cls(
            source=source,
            id=id,
            time=time,
            type_=type_,
            data=data,
        )

        evidence.additional_properties = d
        return evidence

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
