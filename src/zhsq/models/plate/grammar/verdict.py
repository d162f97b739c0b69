"""Class by text and ground together, and what it means when they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhsq.models.plate.grammar.forms import classify, form_of
from zhsq.models.plate.grammar.symbols import Colour, PlateClass

_GROUNDS_ZH: dict[Colour, str] = {
    "blue": "蓝底",
    "yellow": "黄底",
    "green": "绿底",
    "white": "白底",
    "black": "黑底",
}
_CLASSES: dict[PlateClass, tuple[str, str]] = {
    "blue": ("小型汽车号牌", "an ordinary small vehicle's number"),
    "yellow": ("大型汽车号牌", "an ordinary large vehicle's number"),
    "green_small": ("小型新能源汽车号牌", "a small new-energy number"),
    "green_large": ("大型新能源汽车号牌", "a large new-energy number"),
    "police": ("警用号牌", "a police number"),
    "trailer": ("挂车号牌", "a trailer's number"),
    "learner": ("教练车号牌", "a driving school's number"),
    "hk_macau": ("港澳入出境车号牌", "a Hong Kong or Macau number"),
    "embassy": ("使馆号牌", "an embassy's number"),
    "consulate": ("领馆号牌", "a consulate's number"),
    "military": ("军队号牌", "an army number"),
    "armed_police": ("武警号牌", "an armed police number"),
    "unknown": ("不符合GA 36-2018", "outside GA 36-2018"),
}
#: What probably happened where an ordinary number stands on another ground.
_ORDINARY_ON: dict[Colour, tuple[str, str]] = {
    "green": ("新能源号牌有8位，可能漏读一位", "a new-energy number has 8 symbols: one was probably lost"),
    "black": ("可能把末位港、澳、领误读", "a final 港, 澳 or 领 was probably misread"),
    "white": ("可能把末位警误读", "a final 警 was probably misread"),
}
_ADDED = ("可能多读一位", "one symbol too many was probably read")
_MISREAD = ("文字或底色有误", "the text or the colour is wrong")


@dataclass(frozen=True)
class Verdict:
    """What text and ground say together.

    Attributes:
        plate_class: as `classify` gives it.
        finding: 'agrees'; 'disagrees'; or, where nothing can be compared, 'colour_unknown' and 'not_a_plate'.
        reason_zh, reason_en: why, in one clause for a guard.
    """

    plate_class: PlateClass
    finding: Literal["agrees", "disagrees", "colour_unknown", "not_a_plate"]
    reason_zh: str
    reason_en: str

    @property
    def agrees(self) -> bool:
        """Whether nothing contradicts. A contradiction refuses nothing: it is for a person to look at."""
        return self.finding != "disagrees"


def colours_agree(text: str, colour: Colour) -> bool:
    """Whether the ground is one that the text's form has; an unknown colour contradicts nothing."""
    form = form_of(text)
    return form is None or colour == "unknown" or colour in form.colours


def judge(text: str, colour: Colour) -> Verdict:
    """Class of a normalised text on a ground, and what a disagreement means.

    Grounds are those of `forms.FORMS`; a text outside the grammar has none, so that nothing can disagree.
    """
    plate_class = classify(text, colour)
    zh, en = _CLASSES[plate_class]
    if plate_class == "unknown":
        if not text:
            return Verdict(plate_class, "not_a_plate", "未读出文字", "nothing was read")
        return Verdict(plate_class, "not_a_plate", f"{text}{zh}", f"{text} is {en}")
    if colour == "unknown":
        return Verdict(
            plate_class, "colour_unknown", f"底色不明，按文字为{zh}", f"by the text {en}; the ground is unknown"
        )
    ground = _GROUNDS_ZH[colour]
    if colours_agree(text, colour):
        return Verdict(plate_class, "agrees", f"{ground}，{zh}", f"{en}, on {colour}")
    if plate_class == "blue":
        why = _ORDINARY_ON.get(colour, _MISREAD)
    elif plate_class in ("green_small", "green_large") and colour in ("blue", "yellow"):
        why = _ADDED
    else:
        why = _MISREAD
    return Verdict(
        plate_class, "disagrees", f"文字为{zh}，却是{ground}：{why[0]}", f"{en}, but the ground is {colour}: {why[1]}"
    )
