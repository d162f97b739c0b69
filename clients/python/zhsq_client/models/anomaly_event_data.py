from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.anomaly_event_data_state_type_0 import (
    AnomalyEventDataStateType0,
    check_anomaly_event_data_state_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="AnomalyEventData")


@_attrs_define
class AnomalyEventData:
    """As `zhsq watch` sends it. `threshold` is the camera's own, of its calibration on held-out normal frames."""

    estate: str
    device: str
    zone: None | str | Unset = UNSET
    state: AnomalyEventDataStateType0 | None | Unset = UNSET
    score: float | None | Unset = UNSET
    threshold: float | None | Unset = UNSET
    incident: int | None | Unset = UNSET
    started_s: float | None | Unset = UNSET
    opened_s: float | None | Unset = UNSET
    closed_s: float | None | Unset = UNSET
    peak: float | None | Unset = UNSET
    peak_s: float | None | Unset = UNSET
    box: list[int] | None | Unset = UNSET
    snapshot: None | str | Unset = UNSET
    model: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        elif isinstance(self.state, str):
            state = self.state
        else:
            state = self.state

        score: float | None | Unset
        if isinstance(self.score, Unset):
            score = UNSET
        else:
            score = self.score

        threshold: float | None | Unset
        if isinstance(self.threshold, Unset):
            threshold = UNSET
        else:
            threshold = self.threshold

        incident: int | None | Unset
        if isinstance(self.incident, Unset):
            incident = UNSET
        else:
            incident = self.incident

        started_s: float | None | Unset
        if isinstance(self.started_s, Unset):
            started_s = UNSET
        else:
            started_s = self.started_s

        opened_s: float | None | Unset
        if isinstance(self.opened_s, Unset):
            opened_s = UNSET
        else:
            opened_s = self.opened_s

        closed_s: float | None | Unset
        if isinstance(self.closed_s, Unset):
            closed_s = UNSET
        else:
            closed_s = self.closed_s

        peak: float | None | Unset
        if isinstance(self.peak, Unset):
            peak = UNSET
        else:
            peak = self.peak

        peak_s: float | None | Unset
        if isinstance(self.peak_s, Unset):
            peak_s = UNSET
        else:
            peak_s = self.peak_s

        box: list[int] | None | Unset
        if isinstance(self.box, Unset):
            box = UNSET
        elif isinstance(self.box, list):
            box = []
            for box_type_0_item_data in self.box:
                box_type_0_item: int
                box_type_0_item = box_type_0_item_data
                box.append(box_type_0_item)

        else:
            box = self.box

        snapshot: None | str | Unset
        if isinstance(self.snapshot, Unset):
            snapshot = UNSET
        else:
            snapshot = self.snapshot

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if state is not UNSET:
            field_dict["state"] = state
        if score is not UNSET:
            field_dict["score"] = score
        if threshold is not UNSET:
            field_dict["threshold"] = threshold
        if incident is not UNSET:
            field_dict["incident"] = incident
        if started_s is not UNSET:
            field_dict["started_s"] = started_s
        if opened_s is not UNSET:
            field_dict["opened_s"] = opened_s
        if closed_s is not UNSET:
            field_dict["closed_s"] = closed_s
        if peak is not UNSET:
            field_dict["peak"] = peak
        if peak_s is not UNSET:
            field_dict["peak_s"] = peak_s
        if box is not UNSET:
            field_dict["box"] = box
        if snapshot is not UNSET:
            field_dict["snapshot"] = snapshot
        if model is not UNSET:
            field_dict["model"] = model
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        estate = d.pop("estate")

        device = d.pop("device")

        def _parse_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zone = _parse_zone(d.pop("zone", UNSET))

        def _parse_state(data: object) -> AnomalyEventDataStateType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = check_anomaly_event_data_state_type_0(data)

                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AnomalyEventDataStateType0 | None | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_score(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        score = _parse_score(d.pop("score", UNSET))

        def _parse_threshold(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        threshold = _parse_threshold(d.pop("threshold", UNSET))

        def _parse_incident(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        incident = _parse_incident(d.pop("incident", UNSET))

        def _parse_started_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        started_s = _parse_started_s(d.pop("started_s", UNSET))

        def _parse_opened_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        opened_s = _parse_opened_s(d.pop("opened_s", UNSET))

        def _parse_closed_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        closed_s = _parse_closed_s(d.pop("closed_s", UNSET))

        def _parse_peak(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        peak = _parse_peak(d.pop("peak", UNSET))

        def _parse_peak_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        peak_s = _parse_peak_s(d.pop("peak_s", UNSET))

        def _parse_box(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                box_type_0 = []
                _box_type_0 = data
                for box_type_0_item_data in _box_type_0:

                    def _parse_box_type_0_item(data: object) -> int:
                        return cast(int, data)

                    box_type_0_item = _parse_box_type_0_item(box_type_0_item_data)

                    box_type_0.append(box_type_0_item)

                return box_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        box = _parse_box(d.pop("box", UNSET))

        def _parse_snapshot(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        snapshot = _parse_snapshot(d.pop("snapshot", UNSET))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        anomaly_event_data = cls(
            estate=estate,
            device=device,
            zone=zone,
            state=state,
            score=score,
            threshold=threshold,
            incident=incident,
            started_s=started_s,
            opened_s=opened_s,
            closed_s=closed_s,
            peak=peak,
            peak_s=peak_s,
            box=box,
            snapshot=snapshot,
            model=model,
            reason=reason,
        )

        return anomaly_event_data
