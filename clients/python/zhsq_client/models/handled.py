from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.handled_by import HandledBy, check_handled_by
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.share import Share
    from ..models.times import Times


T = TypeVar("T", bound="Handled")


@_attrs_define
class Handled:
    """One group of alerts."""

    by: HandledBy
    name: str
    alerts: int
    open_: int
    acknowledged: int
    resolved: int
    dismissed: int
    escalated: Share
    """ `count` of `of`, with Wilson's interval at 95 %; `value` is null where there is nothing to count. """
    false_alarms: Share
    """ `count` of `of`, with Wilson's interval at 95 %; `value` is null where there is nothing to count. """
    acknowledge: Times
    """ How long something took, seconds. """
    close: Times
    """ How long something took, seconds. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.share import Share  # noqa: PLC0415
        from ..models.times import Times  # noqa: PLC0415

        by: str = self.by

        name = self.name

        alerts = self.alerts

        open_ = self.open_

        acknowledged = self.acknowledged

        resolved = self.resolved

        dismissed = self.dismissed

        escalated = self.escalated.to_dict()

        false_alarms = self.false_alarms.to_dict()

        acknowledge = self.acknowledge.to_dict()

        close = self.close.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "by": by,
                "name": name,
                "alerts": alerts,
                "open": open_,
                "acknowledged": acknowledged,
                "resolved": resolved,
                "dismissed": dismissed,
                "escalated": escalated,
                "false_alarms": false_alarms,
                "acknowledge": acknowledge,
                "close": close,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.share import Share  # noqa: PLC0415
        from ..models.times import Times  # noqa: PLC0415

        d = dict(src_dict)
        by = check_handled_by(d.pop("by"))

        name = d.pop("name")

        alerts = d.pop("alerts")

        open_ = d.pop("open")

        acknowledged = d.pop("acknowledged")

        resolved = d.pop("resolved")

        dismissed = d.pop("dismissed")

        escalated = Share.from_dict(d.pop("escalated"))

        false_alarms = Share.from_dict(d.pop("false_alarms"))

        acknowledge = Times.from_dict(d.pop("acknowledge"))

        close = Times.from_dict(d.pop("close"))

        handled = cls(
            by=by,
            name=name,
            alerts=alerts,
            open_=open_,
            acknowledged=acknowledged,
            resolved=resolved,
            dismissed=dismissed,
            escalated=escalated,
            false_alarms=false_alarms,
            acknowledge=acknowledge,
            close=close,
        )

        handled.additional_properties = d
        return handled

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
