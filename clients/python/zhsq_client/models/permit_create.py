from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.permit_create_kind import PermitCreateKind, check_permit_create_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.during import During


T = TypeVar("T", bound="PermitCreate")


@_attrs_define
class PermitCreate:
    kind: PermitCreateKind | Unset = "resident"
    reference: str | Unset = ""
    """ a flat, a company, an order; no name is needed """
    valid_from: datetime.datetime | None | Unset = UNSET
    """ now when not given; without a zone UTC """
    valid_until: datetime.datetime | None | Unset = UNSET
    """ not valid any more from then on; null: until removed """
    gates: list[str] | Unset = UNSET
    """ names of devices or zones; none: every gate """
    hours: list[During] | Unset = UNSET
    """ local hours (the rules' utc_offset), over midnight too; none: any hour """

    def to_dict(self) -> dict[str, Any]:
        from ..models.during import During  # noqa: PLC0415

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        reference = self.reference

        valid_from: None | str | Unset
        if isinstance(self.valid_from, Unset):
            valid_from = UNSET
        elif isinstance(self.valid_from, datetime.datetime):
            valid_from = self.valid_from.isoformat()
        else:
            valid_from = self.valid_from

        valid_until: None | str | Unset
        if isinstance(self.valid_until, Unset):
            valid_until = UNSET
        elif isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        gates: list[str] | Unset = UNSET
        if not isinstance(self.gates, Unset):
            gates = self.gates

        hours: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.hours, Unset):
            hours = []
            for hours_item_data in self.hours:
                hours_item = hours_item_data.to_dict()
                hours.append(hours_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if kind is not UNSET:
            field_dict["kind"] = kind
        if reference is not UNSET:
            field_dict["reference"] = reference
        if valid_from is not UNSET:
            field_dict["valid_from"] = valid_from
        if valid_until is not UNSET:
            field_dict["valid_until"] = valid_until
        if gates is not UNSET:
            field_dict["gates"] = gates
        if hours is not UNSET:
            field_dict["hours"] = hours

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.during import During  # noqa: PLC0415

        d = dict(src_dict)
        _kind = d.pop("kind", UNSET)
        kind: PermitCreateKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_permit_create_kind(_kind)

        reference = d.pop("reference", UNSET)

        def _parse_valid_from(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_from_type_0 = datetime.datetime.fromisoformat(data)

                return valid_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        valid_from = _parse_valid_from(d.pop("valid_from", UNSET))

        def _parse_valid_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        valid_until = _parse_valid_until(d.pop("valid_until", UNSET))

        gates = cast(list[str], d.pop("gates", UNSET))

        _hours = d.pop("hours", UNSET)
        hours: list[During] | Unset = UNSET
        if _hours is not UNSET:
            hours = []
            for hours_item_data in _hours:
                hours_item = During.from_dict(hours_item_data)

                hours.append(hours_item)

        permit_create = cls(
            kind=kind,
            reference=reference,
            valid_from=valid_from,
            valid_until=valid_until,
            gates=gates,
            hours=hours,
        )

        return permit_create
