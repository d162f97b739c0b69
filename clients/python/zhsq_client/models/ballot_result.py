from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ballot_result_state import BallotResultState, check_ballot_result_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.outcome import Outcome
    from ..models.read_result import ReadResult


T = TypeVar("T", bound="BallotResult")


@_attrs_define
class BallotResult:
    state: BallotResultState
    frames: int
    """ that were read, those without a plate included """
    agreement: float
    """ share of the frames' weight that shows the plate read, 0..1 """
    sure: bool
    """ a plate, every place above the bundle's threshold, and frames agree """
    read: None | ReadResult
    """ null while no frame showed a plate; with an estate, given the provinces of its vehicles """
    match: None | Outcome
    """ null without an estate, or while there is no read """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.outcome import Outcome  # noqa: PLC0415
        from ..models.read_result import ReadResult  # noqa: PLC0415

        state: str = self.state

        frames = self.frames

        agreement = self.agreement

        sure = self.sure

        read: dict[str, Any] | None
        if isinstance(self.read, ReadResult):
            read = self.read.to_dict()
        else:
            read = self.read

        match: dict[str, Any] | None
        if isinstance(self.match, Outcome):
            match = self.match.to_dict()
        else:
            match = self.match

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "frames": frames,
                "agreement": agreement,
                "sure": sure,
                "read": read,
                "match": match,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.outcome import Outcome  # noqa: PLC0415
        from ..models.read_result import ReadResult  # noqa: PLC0415

        d = dict(src_dict)
        state = check_ballot_result_state(d.pop("state"))

        frames = d.pop("frames")

        agreement = d.pop("agreement")

        sure = d.pop("sure")

        def _parse_read(data: object) -> None | ReadResult:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                read_type_0 = ReadResult.from_dict(data)

                return read_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReadResult, data)

        read = _parse_read(d.pop("read"))

        def _parse_match(data: object) -> None | Outcome:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                match_type_0 = Outcome.from_dict(data)

                return match_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Outcome, data)

        match = _parse_match(d.pop("match"))

        ballot_result = cls(
            state=state,
            frames=frames,
            agreement=agreement,
            sure=sure,
            read=read,
            match=match,
        )

        ballot_result.additional_properties = d
        return ballot_result

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
