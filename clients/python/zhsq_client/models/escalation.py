from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.escalation_severity_type_0 import (
    EscalationSeverityType0,
    check_escalation_severity_type_0,
)
from ..models.escalation_to import EscalationTo, check_escalation_to
from ..types import UNSET, Unset

T = TypeVar("T", bound="Escalation")


@_attrs_define
class Escalation:
    """When nobody has acknowledged for so long: whom it goes to, and how pressing it becomes."""

    after_s: float
    to: EscalationTo
    severity: EscalationSeverityType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        after_s = self.after_s

        to: str = self.to

        severity: None | str | Unset
        if isinstance(self.severity, Unset):
            severity = UNSET
        elif isinstance(self.severity, str):
            severity = self.severity
        else:
            severity = self.severity

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "after_s": after_s,
                "to": to,
            }
        )
        if severity is not UNSET:
            field_dict["severity"] = severity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        after_s = d.pop("after_s")

        to = check_escalation_to(d.pop("to"))

        def _parse_severity(data: object) -> EscalationSeverityType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                severity_type_0 = check_escalation_severity_type_0(data)

                return severity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EscalationSeverityType0 | None | Unset, data)

        severity = _parse_severity(d.pop("severity", UNSET))

        escalation = cls(
            after_s=after_s,
            to=to,
            severity=severity,
        )

        return escalation
