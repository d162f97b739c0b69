from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.weakest_result import WeakestResult


T = TypeVar("T", bound="CandidateResult")


@_attrs_define
class CandidateResult:
    plate: str
    likelihood: float
    """ probability of this plate among all plates of the grammar, 0..1 """
    weakest: WeakestResult
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.weakest_result import WeakestResult  # noqa: PLC0415

        plate = self.plate

        likelihood = self.likelihood

        weakest = self.weakest.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "plate": plate,
                "likelihood": likelihood,
                "weakest": weakest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.weakest_result import WeakestResult  # noqa: PLC0415

        d = dict(src_dict)
        plate = d.pop("plate")

        likelihood = d.pop("likelihood")

        weakest = WeakestResult.from_dict(d.pop("weakest"))

        candidate_result = cls(
            plate=plate,
            likelihood=likelihood,
            weakest=weakest,
        )

        candidate_result.additional_properties = d
        return candidate_result

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
