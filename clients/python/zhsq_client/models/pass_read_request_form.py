from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..models.pass_read_request_form_kind import (
    PassReadRequestFormKind,
    check_pass_read_request_form_kind,
)
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="PassReadRequestForm")


@_attrs_define
class PassReadRequestForm:
    images: list[File]
    """ frames in order, 1 to 20 """
    estate: None | str | Unset = UNSET
    """ match against the vehicles of this estate, too """
    gate: str | Unset = ""
    """ name of the gate or its zone; permits may be for some """
    kind: PassReadRequestFormKind | Unset = "auto"
    """ auto: a crop when at least twice as wide as high """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        images = []
        for images_item_data in self.images:
            images_item = images_item_data.to_tuple()

            images.append(images_item)

        estate: None | str | Unset
        if isinstance(self.estate, Unset):
            estate = UNSET
        else:
            estate = self.estate

        gate = self.gate

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "images": images,
            }
        )
        if estate is not UNSET:
            field_dict["estate"] = estate
        if gate is not UNSET:
            field_dict["gate"] = gate
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        for images_item_element in self.images:
            files.append(("images", images_item_element.to_tuple()))

        if not isinstance(self.estate, Unset):
            if isinstance(self.estate, str):
                files.append(("estate", (None, str(self.estate).encode(), "text/plain")))
            else:
                files.append(("estate", (None, str(self.estate).encode(), "text/plain")))

        if not isinstance(self.gate, Unset):
            files.append(("gate", (None, str(self.gate).encode(), "text/plain")))

        if not isinstance(self.kind, Unset):
            files.append(("kind", (None, str(self.kind).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        images = []
        _images = d.pop("images")
        for images_item_data in _images:
            images_item = File(payload=BytesIO(images_item_data))

            images.append(images_item)

        def _parse_estate(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        estate = _parse_estate(d.pop("estate", UNSET))

        gate = d.pop("gate", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: PassReadRequestFormKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_pass_read_request_form_kind(_kind)

        pass_read_request_form = cls(
            images=images,
            estate=estate,
            gate=gate,
            kind=kind,
        )

        pass_read_request_form.additional_properties = d
        return pass_read_request_form

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
