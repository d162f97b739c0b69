from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..models.quality_request_form_use import (
    QualityRequestFormUse,
    check_quality_request_form_use,
)
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="QualityRequestForm")


@_attrs_define
class QualityRequestForm:
    image: File
    """ JPEG, PNG, BMP, WebP or TIFF, at most 25 megapixels """
    use: QualityRequestFormUse | Unset = "enrolment"
    """ an enrolment needs more than a probe """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image = self.image.to_tuple()

        use: str | Unset = UNSET
        if not isinstance(self.use, Unset):
            use = self.use

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "image": image,
            }
        )
        if use is not UNSET:
            field_dict["use"] = use

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("image", self.image.to_tuple()))

        if not isinstance(self.use, Unset):
            files.append(("use", (None, str(self.use).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        image = File(payload=BytesIO(d.pop("image")))

        _use = d.pop("use", UNSET)
        use: QualityRequestFormUse | Unset
        if isinstance(_use, Unset):
            use = UNSET
        else:
            use = check_quality_request_form_use(_use)

        quality_request_form = cls(
            image=image,
            use=use,
        )

        quality_request_form.additional_properties = d
        return quality_request_form

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
