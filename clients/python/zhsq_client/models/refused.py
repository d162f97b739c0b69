from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Refused")


@_attrs_define
class Refused:
    """A message that was not taken. What it said is not kept: it may be refused because it names a person."""

    at: datetime.datetime
    estate: str
    """ of the topic; empty for a topic that names none """
    source: None | str
    """ of the event, where it could be read """
    id: None | str
    bytes_: int
    """ of the payload """
    sha256: str
    """ of the payload, by which its sender finds it """
    code: str
    """ of the problem """
    reason: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        estate = self.estate

        source: None | str
        source = self.source

        id: None | str
        id = self.id

        bytes_ = self.bytes_

        sha256 = self.sha256

        code = self.code

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "estate": estate,
                "source": source,
                "id": id,
                "bytes": bytes_,
                "sha256": sha256,
                "code": code,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        estate = d.pop("estate")

        def _parse_source(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        source = _parse_source(d.pop("source"))

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        bytes_ = d.pop("bytes")

        sha256 = d.pop("sha256")

        code = d.pop("code")

        reason = d.pop("reason")

        refused = cls(
            at=at,
            estate=estate,
            source=source,
            id=id,
            bytes_=bytes_,
            sha256=sha256,
            code=code,
            reason=reason,
        )

        refused.additional_properties = d
        return refused

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
