from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.absence import Absence
    from ..models.anomaly import Anomaly
    from ..models.combination import Combination
    from ..models.count import Count
    from ..models.schedule import Schedule
    from ..models.sequence import Sequence
    from ..models.state import State
    from ..models.threshold import Threshold


T = TypeVar("T", bound="RulesPublic")


@_attrs_define
class RulesPublic:
    problem: str
    """ why the newest file is not in force; empty where it is """
    rules: list[Absence | Anomaly | Combination | Count | Schedule | Sequence | State | Threshold]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.absence import Absence  # noqa: PLC0415
        from ..models.anomaly import Anomaly  # noqa: PLC0415
        from ..models.combination import Combination  # noqa: PLC0415
        from ..models.count import Count  # noqa: PLC0415
        from ..models.schedule import Schedule  # noqa: PLC0415
        from ..models.sequence import Sequence  # noqa: PLC0415
        from ..models.state import State  # noqa: PLC0415
        from ..models.threshold import Threshold  # noqa: PLC0415

        problem = self.problem

        rules = []
        for rules_item_data in self.rules:
            rules_item: dict[str, Any]
            if isinstance(rules_item_data, Threshold):
                rules_item = rules_item_data.to_dict()
            elif isinstance(rules_item_data, State):
                rules_item = rules_item_data.to_dict()
            elif isinstance(rules_item_data, Schedule):
                rules_item = rules_item_data.to_dict()
            elif isinstance(rules_item_data, Count):
                rules_item = rules_item_data.to_dict()
            elif isinstance(rules_item_data, Absence):
                rules_item = rules_item_data.to_dict()
            elif isinstance(rules_item_data, Anomaly):
                rules_item = rules_item_data.to_dict()
            elif isinstance(rules_item_data, Sequence):
                rules_item = rules_item_data.to_dict()
            else:
                rules_item = rules_item_data.to_dict()

            rules.append(rules_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "problem": problem,
                "rules": rules,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.absence import Absence  # noqa: PLC0415
        from ..models.anomaly import Anomaly  # noqa: PLC0415
        from ..models.combination import Combination  # noqa: PLC0415
        from ..models.count import Count  # noqa: PLC0415
        from ..models.schedule import Schedule  # noqa: PLC0415
        from ..models.sequence import Sequence  # noqa: PLC0415
        from ..models.state import State  # noqa: PLC0415
        from ..models.threshold import Threshold  # noqa: PLC0415

        d = dict(src_dict)
        problem = d.pop("problem")

        rules = []
        _rules = d.pop("rules")
        for rules_item_data in _rules:

            def _parse_rules_item(
                data: object,
            ) -> Absence | Anomaly | Combination | Count | Schedule | Sequence | State | Threshold:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_0 = Threshold.from_dict(data)

                    return rules_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_1 = State.from_dict(data)

                    return rules_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_2 = Schedule.from_dict(data)

                    return rules_item_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_3 = Count.from_dict(data)

                    return rules_item_type_3
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_4 = Absence.from_dict(data)

                    return rules_item_type_4
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_5 = Anomaly.from_dict(data)

                    return rules_item_type_5
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rules_item_type_6 = Sequence.from_dict(data)

                    return rules_item_type_6
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                rules_item_type_7 = Combination.from_dict(data)

                return rules_item_type_7

            rules_item = _parse_rules_item(rules_item_data)

            rules.append(rules_item)

        rules_public = cls(
            problem=problem,
            rules=rules,
        )

        rules_public.additional_properties = d
        return rules_public

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
