from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.outcome_decision import OutcomeDecision, check_outcome_decision
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.candidate_result import CandidateResult
    from ..models.outcome_message import OutcomeMessage
    from ..models.permit_result import PermitResult


T = TypeVar("T", bound="Outcome")


@_attrs_define
class Outcome:
    decision: OutcomeDecision
    """ a gate opens on 'match' only; 'ambiguous' goes to a person """
    plate: None | str
    candidates: list[CandidateResult]
    """ registered plates that fit, likeliest first, at most 5 """
    reason: str
    message: OutcomeMessage
    """ the reason for a person, 'en' and 'zh' """
    permit: None | PermitResult
    """ of a match: where an estate keeps permits, a gate opens on 'valid' only """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.candidate_result import CandidateResult  # noqa: PLC0415
        from ..models.outcome_message import OutcomeMessage  # noqa: PLC0415
        from ..models.permit_result import PermitResult  # noqa: PLC0415

        decision: str = self.decision

        plate: None | str
        plate = self.plate

        candidates = []
        for candidates_item_data in self.candidates:
            candidates_item = candidates_item_data.to_dict()
            candidates.append(candidates_item)

        reason = self.reason

        message = self.message.to_dict()

        permit: dict[str, Any] | None
        if isinstance(self.permit, PermitResult):
            permit = self.permit.to_dict()
        else:
            permit = self.permit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
                "plate": plate,
                "candidates": candidates,
                "reason": reason,
                "message": message,
                "permit": permit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.candidate_result import CandidateResult  # noqa: PLC0415
        from ..models.outcome_message import OutcomeMessage  # noqa: PLC0415
        from ..models.permit_result import PermitResult  # noqa: PLC0415

        d = dict(src_dict)
        decision = check_outcome_decision(d.pop("decision"))

        def _parse_plate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        plate = _parse_plate(d.pop("plate"))

        candidates = []
        _candidates = d.pop("candidates")
        for candidates_item_data in _candidates:
            candidates_item = CandidateResult.from_dict(candidates_item_data)

            candidates.append(candidates_item)

        reason = d.pop("reason")

        message = OutcomeMessage.from_dict(d.pop("message"))

        def _parse_permit(data: object) -> None | PermitResult:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                permit_type_0 = PermitResult.from_dict(data)

                return permit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PermitResult, data)

        permit = _parse_permit(d.pop("permit"))

        outcome = cls(
            decision=decision,
            plate=plate,
            candidates=candidates,
            reason=reason,
            message=message,
            permit=permit,
        )

        outcome.additional_properties = d
        return outcome

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
