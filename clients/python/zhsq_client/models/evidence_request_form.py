from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..models.evidence_request_form_kind import (
    EvidenceRequestFormKind,
    check_evidence_request_form_kind,
)
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="EvidenceRequestForm")


@_attrs_define
class EvidenceRequestForm:
    image: File
    """ JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels """
    kind: EvidenceRequestFormKind | Unset = "scene"
    taken_at: datetime.datetime | None | Unset = UNSET
    """ now where it is not given """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image = self.image.to_tuple()

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        taken_at: None | str | Unset
        if isinstance(self.taken_at, Unset):
            taken_at = UNSET
        elif isinstance(self.taken_at, datetime.datetime):
            taken_at = self.taken_at.isoformat()
        else:
            taken_at = self.taken_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "image": image,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind
        if taken_at is not UNSET:
            field_dict["taken_at"] = taken_at

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("image", self.image.to_tuple()))

        if not isinstance(self.kind, Unset):
            files.append(("kind", (None, str(self.kind).encode(), "text/plain")))

        if not isinstance(self.taken_at, Unset):
            if isinstance(self.taken_at, datetime.datetime):
                files.append(("taken_at", (None, self.taken_at.isoformat().encode(), "text/plain")))
            else:
                files.append(("taken_at", (None, str(self.taken_at).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        image = File(payload=BytesIO(d.pop("image")))

        _kind = d.pop("kind", UNSET)
        kind: EvidenceRequestFormKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_evidence_request_form_kind(_kind)

        def _parse_taken_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_at_type_0 = datetime.datetime.fromisoformat(data)

                return taken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        taken_at = _parse_taken_at(d.pop("taken_at", UNSET))

        evidence_request_form = cls(
            image=image,
            kind=kind,
            taken_at=taken_at,
        )

        evidence_request_form.additional_properties = d
        return evidence_request_form

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
