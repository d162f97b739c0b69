from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    BinaryIO,
    Generator,
    Literal,
    TextIO,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.patrol_event_data import PatrolEventData


T = TypeVar("T", bound="PatrolEvent")


@_attrs_define
class PatrolEvent:
    """A patrol point was checked. Which guard it was is not told here."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type_: Literal["patrol"]
    data: PatrolEventData
    """ A patrol point was checked. Which guard it was is not told here. """
    time: datetime.datetime | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.patrol_event_data import PatrolEventData  # noqa: PLC0415

        specversion = self.specversion

        id = self.id

        source = self.source

        type_ = self.type_

        data = self.data.to_dict()

        time: str | Unset = UNSET
        if not isinstance(self.time, Unset):
            time = self.time.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "specversion": specversion,
                "id": id,
                "source": source,
                "type": type_,
                "data": data,
            }
        )
        if time is not UNSET:
            field_dict["time"] = time

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.patrol_event_data import PatrolEventData  # noqa: PLC0415

        d = dict(src_dict)
        specversion = cast(Literal["1.0"], d.pop("specversion"))
        if specversion != "1.0":
            raise ValueError(f"specversion must match const '1.0', got '{specversion}'")

        id = d.pop("id")

        source = d.pop("source")

        type_ = cast(Literal["patrol"], d.pop("type"))
        if type_ != "patrol":
            raise ValueError(f"type must match const 'patrol', got '{type_}'")

        data = PatrolEventData.from_dict(d.pop("data"))

        _time = d.pop("time", UNSET)
        time: datetime.datetime | Unset
        if isinstance(_time, Unset):
            time = UNSET
        else:
            time = datetime.datetime.fromisoformat(_time)

        patrol_event = cls(
            specversion=specversion,
            id=id,
            source=source,
            type_=type_,
            data=data,
            time=time,
        )

        patrol_event.additional_properties = d
        return patrol_event

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
