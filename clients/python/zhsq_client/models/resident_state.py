from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.resident_state_state import ResidentStateState, check_resident_state_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.resident_state_consent_type_0 import ResidentStateConsentType0


T = TypeVar("T", bound="ResidentState")


@_attrs_define
class ResidentState:
    state: ResidentStateState
    """ invited: may enrol; enrolled; ended: withdrawn or expired """
    estate: str
    """ its name """
    consent: None | ResidentStateConsentType0
    """ of who may enrol: what is agreed to """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.resident_state_consent_type_0 import ResidentStateConsentType0  # noqa: PLC0415

        state: str = self.state

        estate = self.estate

        consent: dict[str, Any] | None
        if isinstance(self.consent, ResidentStateConsentType0):
            consent = self.consent.to_dict()
        else:
            consent = self.consent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "estate": estate,
                "consent": consent,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.resident_state_consent_type_0 import ResidentStateConsentType0  # noqa: PLC0415

        d = dict(src_dict)
        state = check_resident_state_state(d.pop("state"))

        estate = d.pop("estate")

        def _parse_consent(data: object) -> None | ResidentStateConsentType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consent_type_0 = ResidentStateConsentType0.from_dict(data)

                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ResidentStateConsentType0, data)

        consent = _parse_consent(d.pop("consent"))

        resident_state = cls(
            state=state,
            estate=estate,
            consent=consent,
        )

        resident_state.additional_properties = d
        return resident_state

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
