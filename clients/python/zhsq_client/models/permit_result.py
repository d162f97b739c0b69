from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.permit_result_state import PermitResultState, check_permit_result_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.permit_result_message import PermitResultMessage


T = TypeVar("T", bound="PermitResult")


@_attrs_define
class PermitResult:
    state: PermitResultState
    kind: None | str
    """ of the permit that decided """
    valid_until: datetime.datetime | None
    message: PermitResultMessage
    """ the state for a person, 'en' and 'zh' """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.permit_result_message import PermitResultMessage  # noqa: PLC0415

        state: str = self.state

        kind: None | str
        kind = self.kind

        valid_until: None | str
        if isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        message = self.message.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "kind": kind,
                "valid_until": valid_until,
                "message": message,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.permit_result_message import PermitResultMessage  # noqa: PLC0415

        d = dict(src_dict)
        state = check_permit_result_state(d.pop("state"))

        def _parse_kind(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        kind = _parse_kind(d.pop("kind"))

        def _parse_valid_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        valid_until = _parse_valid_until(d.pop("valid_until"))

        message = PermitResultMessage.from_dict(d.pop("message"))

        permit_result = cls(
            state=state,
            kind=kind,
            valid_until=valid_until,
            message=message,
        )

        permit_result.additional_properties = d
        return permit_result

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
