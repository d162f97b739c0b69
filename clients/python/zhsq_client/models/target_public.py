from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.target_public_kind import TargetPublicKind, check_target_public_kind
from ..models.target_public_severity import (
    TargetPublicSeverity,
    check_target_public_severity,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="TargetPublic")


@_attrs_define
class TargetPublic:
    id: str
    name: str
    kind: TargetPublicKind
    url: str
    estate: None | str
    severity: TargetPublicSeverity
    rate_per_s: float
    enabled: bool
    pending: int
    dead: int
    delivered: int
    failures: int
    """ in a row: no answer, or refusals of everything; 0 while it takes messages """
    rests_until: datetime.datetime | None
    last_error: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        kind: str = self.kind

        url = self.url

        estate: None | str
        estate = self.estate

        severity: str = self.severity

        rate_per_s = self.rate_per_s

        enabled = self.enabled

        pending = self.pending

        dead = self.dead

        delivered = self.delivered

        failures = self.failures

        rests_until: None | str
        if isinstance(self.rests_until, datetime.datetime):
            rests_until = self.rests_until.isoformat()
        else:
            rests_until = self.rests_until

        last_error = self.last_error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "kind": kind,
                "url": url,
                "estate": estate,
                "severity": severity,
                "rate_per_s": rate_per_s,
                "enabled": enabled,
                "pending": pending,
                "dead": dead,
                "delivered": delivered,
                "failures": failures,
                "rests_until": rests_until,
                "last_error": last_error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = check_target_public_kind(d.pop("kind"))

        url = d.pop("url")

        def _parse_estate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estate = _parse_estate(d.pop("estate"))

        severity = check_target_public_severity(d.pop("severity"))

        rate_per_s = d.pop("rate_per_s")

        enabled = d.pop("enabled")

        pending = d.pop("pending")

        dead = d.pop("dead")

        delivered = d.pop("delivered")

        failures = d.pop("failures")

        def _parse_rests_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rests_until_type_0 = datetime.datetime.fromisoformat(data)

                return rests_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        rests_until = _parse_rests_until(d.pop("rests_until"))

        last_error = d.pop("last_error")

        target_public = cls(
            id=id,
            name=name,
            kind=kind,
            url=url,
            estate=estate,
            severity=severity,
            rate_per_s=rate_per_s,
            enabled=enabled,
            pending=pending,
            dead=dead,
            delivered=delivered,
            failures=failures,
            rests_until=rests_until,
            last_error=last_error,
        )

        target_public.additional_properties = d
        return target_public

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
