from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Generator, TextIO, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.read_result_characters_item import ReadResultCharactersItem


T = TypeVar("T", bound="ReadResult")


@_attrs_define
class ReadResult:
    text: str
    confidence: float
    """ of the weakest character, 0..1 """
    accepted: bool
    """ whether the weakest character reaches the bundle's threshold """
    plate_class: str
    colour: str
    characters: list[ReadResultCharactersItem]
    warnings: list[str]
    box: list[float] | None
    """ in the photo, pixels; null for a crop """
    corners: list[list[float]] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.read_result_characters_item import ReadResultCharactersItem  # noqa: PLC0415

        text = self.text

        confidence = self.confidence

        accepted = self.accepted

        plate_class = self.plate_class

        colour = self.colour

        characters = []
        for characters_item_data in self.characters:
            characters_item = characters_item_data.to_dict()
            characters.append(characters_item)

        warnings = self.warnings

        box: list[float] | None
        if isinstance(self.box, list):
            box = self.box

        else:
            box = self.box

        corners: list[list[float]] | None
        if isinstance(self.corners, list):
            corners = []
            for corners_type_0_item_data in self.corners:
                corners_type_0_item = corners_type_0_item_data

                corners.append(corners_type_0_item)

        else:
            corners = self.corners

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
                "confidence": confidence,
                "accepted": accepted,
                "plate_class": plate_class,
                "colour": colour,
                "characters": characters,
                "warnings": warnings,
                "box": box,
                "corners": corners,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.read_result_characters_item import ReadResultCharactersItem  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        confidence = d.pop("confidence")

        accepted = d.pop("accepted")

        plate_class = d.pop("plate_class")

        colour = d.pop("colour")

        characters = []
        _characters = d.pop("characters")
        for characters_item_data in _characters:
            characters_item = ReadResultCharactersItem.from_dict(characters_item_data)

            characters.append(characters_item)

        warnings = cast(list[str], d.pop("warnings"))

        def _parse_box(data: object) -> list[float] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                box_type_0 = cast(list[float], data)

                return box_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None, data)

        box = _parse_box(d.pop("box"))

        def _parse_corners(data: object) -> list[list[float]] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                corners_type_0 = []
                _corners_type_0 = data
                for corners_type_0_item_data in _corners_type_0:
                    corners_type_0_item = cast(list[float], corners_type_0_item_data)

                    corners_type_0.append(corners_type_0_item)

                return corners_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None, data)

        corners = _parse_corners(d.pop("corners"))

        read_result = cls(
            text=text,
            confidence=confidence,
            accepted=accepted,
            plate_class=plate_class,
            colour=colour,
            characters=characters,
            warnings=warnings,
            box=box,
            corners=corners,
        )

        read_result.additional_properties = d
        return read_result

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
