from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.limits import Limits


T = TypeVar("T", bound="Targets")


@_attrs_define
class Targets:
    """Limits per severity; what a file leaves out is as packaged."""

    critical: Limits | Unset = UNSET
    """ Seconds within which an alert is to be acknowledged, and closed. Our own defaults: a contract has its own.
    """
    major: Limits | Unset = UNSET
    """ Seconds within which an alert is to be acknowledged, and closed. Our own defaults: a contract has its own.
    """
    minor: Limits | Unset = UNSET
    """ Seconds within which an alert is to be acknowledged, and closed. Our own defaults: a contract has its own.
    """

    def to_dict(self) -> dict[str, Any]:
        from ..models.limits import Limits  # noqa: PLC0415

        critical: dict[str, Any] | Unset = UNSET
        if not isinstance(self.critical, Unset):
            critical = self.critical.to_dict()

        major: dict[str, Any] | Unset = UNSET
        if not isinstance(self.major, Unset):
            major = self.major.to_dict()

        minor: dict[str, Any] | Unset = UNSET
        if not isinstance(self.minor, Unset):
            minor = self.minor.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if critical is not UNSET:
            field_dict["critical"] = critical
        if major is not UNSET:
            field_dict["major"] = major
        if minor is not UNSET:
            field_dict["minor"] = minor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.limits import Limits  # noqa: PLC0415

        d = dict(src_dict)
        _critical = d.pop("critical", UNSET)
        critical: Limits | Unset
        if isinstance(_critical, Unset):
            critical = UNSET
        else:
            critical = Limits.from_dict(_critical)

        _major = d.pop("major", UNSET)
        major: Limits | Unset
        if isinstance(_major, Unset):
            major = UNSET
        else:
            major = Limits.from_dict(_major)

        _minor = d.pop("minor", UNSET)
        minor: Limits | Unset
        if isinstance(_minor, Unset):
            minor = UNSET
        else:
            minor = Limits.from_dict(_minor)

        targets = cls(
            critical=critical,
            major=major,
            minor=minor,
        )

        return targets
