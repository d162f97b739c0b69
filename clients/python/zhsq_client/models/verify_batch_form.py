from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="VerifyBatchForm")


@_attrs_define
class VerifyBatchForm:
    first: list[File]
    second: list[File]
    """ each compared with the one in its place """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        first = []
        for first_item_data in self.first:
            first_item = first_item_data.to_tuple()

            first.append(first_item)

        second = []
        for second_item_data in self.second:
            second_item = second_item_data.to_tuple()

            second.append(second_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "first": first,
                "second": second,
            }
        )

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        for first_item_element in self.first:
            files.append(("first", first_item_element.to_tuple()))

        for second_item_element in self.second:
            files.append(("second", second_item_element.to_tuple()))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        first = []
        _first = d.pop("first")
        for first_item_data in _first:
            first_item = File(payload=BytesIO(first_item_data))

            first.append(first_item)

        second = []
        _second = d.pop("second")
        for second_item_data in _second:
            second_item = File(payload=BytesIO(second_item_data))

            second.append(second_item)

        verify_batch_form = cls(
            first=first,
            second=second,
        )

        verify_batch_form.additional_properties = d
        return verify_batch_form

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
