from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.broken_entry import BrokenEntry


T = TypeVar("T", bound="AuditState")


@_attrs_define
class AuditState:
    chain_intact: bool
    first_broken: BrokenEntry | None
    """ null where the chain holds to its signed head """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.broken_entry import BrokenEntry  # noqa: PLC0415

        chain_intact = self.chain_intact

        first_broken: dict[str, Any] | None
        if isinstance(self.first_broken, BrokenEntry):
            first_broken = self.first_broken.to_dict()
        else:
            first_broken = self.first_broken

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chain_intact": chain_intact,
                "first_broken": first_broken,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.broken_entry import BrokenEntry  # noqa: PLC0415

        d = dict(src_dict)
        chain_intact = d.pop("chain_intact")

        def _parse_first_broken(data: object) -> BrokenEntry | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                first_broken_type_0 = BrokenEntry.from_dict(data)

                return first_broken_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BrokenEntry | None, data)

        first_broken = _parse_first_broken(d.pop("first_broken"))

        audit_state = cls(
            chain_intact=chain_intact,
            first_broken=first_broken,
        )

        audit_state.additional_properties = d
        return audit_state

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
