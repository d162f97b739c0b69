from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.alert_public_severity import (
    AlertPublicSeverity,
    check_alert_public_severity,
)
from ..models.alert_public_state import AlertPublicState, check_alert_public_state
from ..models.alert_public_verdict_type_0 import (
    AlertPublicVerdictType0,
    check_alert_public_verdict_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.alert_public_message import AlertPublicMessage
    from ..models.evidence import Evidence
    from ..models.picture_public import PicturePublic
    from ..models.step import Step


T = TypeVar("T", bound="AlertPublic")


@_attrs_define
class AlertPublic:
    id: str
    estate: str
    rule: str
    severity: AlertPublicSeverity
    message: AlertPublicMessage
    device: str
    zone: str
    state: AlertPublicState
    version: int
    """ rises with each change; the ETag begins with it """
    events: int
    """ that raised it or came while it was live """
    assigned_to: str
    escalations: int
    verdict: AlertPublicVerdictType0 | None
    """ whether a person judged it true """
    opened_at: datetime.datetime
    acknowledged_at: datetime.datetime | None
    closed_at: datetime.datetime | None
    evidence: list[Evidence]
    """ the first 200 events, oldest first, as far as they are still stored """
    pictures: list[PicturePublic]
    """ by the time they were taken; each is read on its own """
    timeline: list[Step]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.alert_public_message import AlertPublicMessage  # noqa: PLC0415
        from ..models.evidence import Evidence  # noqa: PLC0415
        from ..models.picture_public import PicturePublic  # noqa: PLC0415
        from ..models.step import Step  # noqa: PLC0415

        id = self.id

        estate = self.estate

        rule = self.rule

        severity: str = self.severity

        message = self.message.to_dict()

        device = self.device

        zone = self.zone

        state: str = self.state

        version = self.version

        events = self.events

        assigned_to = self.assigned_to

        escalations = self.escalations

        verdict: None | str
        if isinstance(self.verdict, str):
            verdict = self.verdict
        else:
            verdict = self.verdict

        opened_at = self.opened_at.isoformat()

        acknowledged_at: None | str
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        evidence = []
        for evidence_item_data in self.evidence:
            evidence_item = evidence_item_data.to_dict()
            evidence.append(evidence_item)

        pictures = []
        for pictures_item_data in self.pictures:
            pictures_item = pictures_item_data.to_dict()
            pictures.append(pictures_item)

        timeline = []
        for timeline_item_data in self.timeline:
            timeline_item = timeline_item_data.to_dict()
            timeline.append(timeline_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "estate": estate,
                "rule": rule,
                "severity": severity,
                "message": message,
                "device": device,
                "zone": zone,
                "state": state,
                "version": version,
                "events": events,
                "assigned_to": assigned_to,
                "escalations": escalations,
                "verdict": verdict,
                "opened_at": opened_at,
                "acknowledged_at": acknowledged_at,
                "closed_at": closed_at,
                "evidence": evidence,
                "pictures": pictures,
                "timeline": timeline,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alert_public_message import AlertPublicMessage  # noqa: PLC0415
        from ..models.evidence import Evidence  # noqa: PLC0415
        from ..models.picture_public import PicturePublic  # noqa: PLC0415
        from ..models.step import Step  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        estate = d.pop("estate")

        rule = d.pop("rule")

        severity = check_alert_public_severity(d.pop("severity"))

        message = AlertPublicMessage.from_dict(d.pop("message"))

        device = d.pop("device")

        zone = d.pop("zone")

        state = check_alert_public_state(d.pop("state"))

        version = d.pop("version")

        events = d.pop("events")

        assigned_to = d.pop("assigned_to")

        escalations = d.pop("escalations")

        def _parse_verdict(data: object) -> AlertPublicVerdictType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                verdict_type_0 = check_alert_public_verdict_type_0(data)

                return verdict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AlertPublicVerdictType0 | None, data)

        verdict = _parse_verdict(d.pop("verdict"))

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)

                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        evidence = []
        _evidence = d.pop("evidence")
        for evidence_item_data in _evidence:
            evidence_item = Evidence.from_dict(evidence_item_data)

            evidence.append(evidence_item)

        pictures = []
        _pictures = d.pop("pictures")
        for pictures_item_data in _pictures:
            pictures_item = PicturePublic.from_dict(pictures_item_data)

            pictures.append(pictures_item)

        timeline = []
        _timeline = d.pop("timeline")
        for timeline_item_data in _timeline:
            timeline_item = Step.from_dict(timeline_item_data)

            timeline.append(timeline_item)

        alert_public = cls(
            id=id,
            estate=estate,
            rule=rule,
            severity=severity,
            message=message,
            device=device,
            zone=zone,
            state=state,
            version=version,
            events=events,
            assigned_to=assigned_to,
            escalations=escalations,
            verdict=verdict,
            opened_at=opened_at,
            acknowledged_at=acknowledged_at,
            closed_at=closed_at,
            evidence=evidence,
            pictures=pictures,
            timeline=timeline,
        )

        alert_public.additional_properties = d
        return alert_public

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
