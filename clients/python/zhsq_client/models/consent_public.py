from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_public_state import ConsentPublicState, check_consent_public_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="ConsentPublic")


@_attrs_define
class ConsentPublic:
    id: str
    subject: str
    purpose: str
    evidence: str
    guardian: None | str
    """ who consented for a child under 14 """
    given_at: datetime.datetime
    expires_at: datetime.datetime
    withdrawn_at: datetime.datetime | None
    state: ConsentPublicState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        subject = self.subject

        purpose = self.purpose

        evidence = self.evidence

        guardian: None | str
        guardian = self.guardian

        given_at = self.given_at.isoformat()

        expires_at = self.expires_at.isoformat()

        withdrawn_at: None | str
        if isinstance(self.withdrawn_at, datetime.datetime):
            withdrawn_at = self.withdrawn_at.isoformat()
        else:
            withdrawn_at = self.withdrawn_at

        state: str = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "subject": subject,
                "purpose": purpose,
                "evidence": evidence,
                "guardian": guardian,
                "given_at": given_at,
                "expires_at": expires_at,
                "withdrawn_at": withdrawn_at,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        subject = d.pop("subject")

        purpose = d.pop("purpose")

        evidence = d.pop("evidence")

        def _parse_guardian(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        guardian = _parse_guardian(d.pop("guardian"))

        given_at = datetime.datetime.fromisoformat(d.pop("given_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_withdrawn_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                withdrawn_at_type_0 = datetime.datetime.fromisoformat(data)

                return withdrawn_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        withdrawn_at = _parse_withdrawn_at(d.pop("withdrawn_at"))

        state = check_consent_public_state(d.pop("state"))

        consent_public = cls(
            id=id,
            subject=subject,
            purpose=purpose,
            evidence=evidence,
            guardian=guardian,
            given_at=given_at,
            expires_at=expires_at,
            withdrawn_at=withdrawn_at,
            state=state,
        )

        consent_public.additional_properties = d
        return consent_public

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
