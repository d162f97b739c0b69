from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.vehicle_event_data_colour import (
    VehicleEventDataColour,
    check_vehicle_event_data_colour,
)
from ..models.vehicle_event_data_decision_type_0 import (
    VehicleEventDataDecisionType0,
    check_vehicle_event_data_decision_type_0,
)
from ..models.vehicle_event_data_direction import (
    VehicleEventDataDirection,
    check_vehicle_event_data_direction,
)
from ..models.vehicle_event_data_permit_type_0 import (
    VehicleEventDataPermitType0,
    check_vehicle_event_data_permit_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="VehicleEventData")


@_attrs_define
class VehicleEventData:
    """A plate pass. Where the sender gives no decision, the plate and its permits are looked up."""

    estate: str
    device: str
    zone: None | str | Unset = UNSET
    plate: None | str | Unset = UNSET
    decision: None | Unset | VehicleEventDataDecisionType0 = UNSET
    permit: None | Unset | VehicleEventDataPermitType0 = UNSET
    confidence: float | None | Unset = UNSET
    colour: VehicleEventDataColour | Unset = "unknown"
    lane: int | None | Unset = UNSET
    direction: VehicleEventDataDirection | Unset = "unknown"

    def to_dict(self) -> dict[str, Any]:
        estate = self.estate

        device = self.device

        zone: None | str | Unset
        if isinstance(self.zone, Unset):
            zone = UNSET
        else:
            zone = self.zone

        plate: None | str | Unset
        if isinstance(self.plate, Unset):
            plate = UNSET
        else:
            plate = self.plate

        decision: None | str | Unset
        if isinstance(self.decision, Unset):
            decision = UNSET
        elif isinstance(self.decision, str):
            decision = self.decision
        else:
            decision = self.decision

        permit: None | str | Unset
        if isinstance(self.permit, Unset):
            permit = UNSET
        elif isinstance(self.permit, str):
            permit = self.permit
        else:
            permit = self.permit

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        colour: str | Unset = UNSET
        if not isinstance(self.colour, Unset):
            colour = self.colour

        lane: int | None | Unset
        if isinstance(self.lane, Unset):
            lane = UNSET
        else:
            lane = self.lane

        direction: str | Unset = UNSET
        if not isinstance(self.direction, Unset):
            direction = self.direction

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "estate": estate,
                "device": device,
            }
        )
        if zone is not UNSET:
            field_dict["zone"] = zone
        if plate is not UNSET:
            field_dict["plate"] = plate
        if decision is not UNSET:
            field_dict["decision"] = decision
        if permit is not UNSET:
            field_dict["permit"] = permit
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if colour is not UNSET:
            field_dict["colour"] = colour
        if lane is not UNSET:
            field_dict["lane"] = lane
        if direction is not UNSET:
            field_dict["direction"] = direction

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

        def _parse_plate(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        plate = _parse_plate(d.pop("plate", UNSET))

        def _parse_decision(data: object) -> None | Unset | VehicleEventDataDecisionType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decision_type_0 = check_vehicle_event_data_decision_type_0(data)

                return decision_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VehicleEventDataDecisionType0, data)

        decision = _parse_decision(d.pop("decision", UNSET))

        def _parse_permit(data: object) -> None | Unset | VehicleEventDataPermitType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                permit_type_0 = check_vehicle_event_data_permit_type_0(data)

                return permit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VehicleEventDataPermitType0, data)

        permit = _parse_permit(d.pop("permit", UNSET))

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

        _colour = d.pop("colour", UNSET)
        colour: VehicleEventDataColour | Unset
        if isinstance(_colour, Unset):
            colour = UNSET
        else:
            colour = check_vehicle_event_data_colour(_colour)

        def _parse_lane(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        lane = _parse_lane(d.pop("lane", UNSET))

        _direction = d.pop("direction", UNSET)
        direction: VehicleEventDataDirection | Unset
        if isinstance(_direction, Unset):
            direction = UNSET
        else:
            direction = check_vehicle_event_data_direction(_direction)

        vehicle_event_data = cls(
            estate=estate,
            device=device,
            zone=zone,
            plate=plate,
            decision=decision,
            permit=permit,
            confidence=confidence,
            colour=colour,
            lane=lane,
            direction=direction,
        )

        return vehicle_event_data
