from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_public_state import (
    DeliveryPublicState,
    check_delivery_public_state,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="DeliveryPublic")


@_attrs_define
class DeliveryPublic:
    id: int
    message_id: str
    alert: None | str
    """ null for the state of a device """
    type_: str
    state: DeliveryPublicState
    attempts: int
    last_error: str
    created_at: datetime.datetime
    delivered_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        message_id = self.message_id

        alert: None | str
        alert = self.alert

        type_ = self.type_

        state: str = self.state

        attempts = self.attempts

        last_error = self.last_error

        created_at = self.created_at.isoformat()

        delivered_at: None | str
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "message_id": message_id,
                "alert": alert,
                "type": type_,
                "state": state,
                "attempts": attempts,
                "last_error": last_error,
                "created_at": created_at,
                "delivered_at": delivered_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        message_id = d.pop("message_id")

        def _parse_alert(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        alert = _parse_alert(d.pop("alert"))

        type_ = d.pop("type")

        state = check_delivery_public_state(d.pop("state"))

        attempts = d.pop("attempts")

        last_error = d.pop("last_error")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)

                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))

        delivery_public = cls(
            id=id,
            message_id=message_id,
            alert=alert,
            type_=type_,
            state=state,
            attempts=attempts,
            last_error=last_error,
            created_at=created_at,
            delivered_at=delivered_at,
        )

        delivery_public.additional_properties = d
        return delivery_public

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
