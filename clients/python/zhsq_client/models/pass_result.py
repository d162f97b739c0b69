from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ballot_result import BallotResult


T = TypeVar("T", bound="PassResult")


@_attrs_define
class PassResult:
    provisional: list[BallotResult]
    """ after each frame, until one is final """
    final: BallotResult
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.ballot_result import BallotResult  # noqa: PLC0415

        provisional = []
        for provisional_item_data in self.provisional:
            provisional_item = provisional_item_data.to_dict()
            provisional.append(provisional_item)

        final = self.final.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "provisional": provisional,
                "final": final,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ballot_result import BallotResult  # noqa: PLC0415

        d = dict(src_dict)
        provisional = []
        _provisional = d.pop("provisional")
        for provisional_item_data in _provisional:
            provisional_item = BallotResult.from_dict(provisional_item_data)

            provisional.append(provisional_item)

        final = BallotResult.from_dict(d.pop("final"))

        pass_result = cls(
            provisional=provisional,
            final=final,
        )

        pass_result.additional_properties = d
        return pass_result

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
