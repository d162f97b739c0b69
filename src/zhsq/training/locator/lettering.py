"""Text for signs, stickers and badges: what a locator must not take for a plate."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from zhsq.training.plates.fonts import Face, obtain

_WORDS = [
    "停车场",
    "出口",
    "入口",
    "禁止停车",
    "小区",
    "消防通道",
    "请勿占用",
    "前方施工",
    "超市",
    "便利店",
    "餐厅",
    "药店",
    "中国银行",
    "加油站",
    "减速慢行",
    "限速",
    "宾馆",
    "地下车库",
    "访客登记",
    "收费",
    "公交车站",
    "汽车维修",
    "洗车",
    "保持车距",
    "实习",
    "新手上路",
    "严禁烟火",
    "安全出口",
    "欢迎光临",
    "物业管理",
    "营业中",
]
_LATIN = [
    "TAXI",
    "SUV",
    "BYD",
    "TOYOTA",
    "VW",
    "POLICE",
    "BUS",
    "EXIT",
    "P",
    "STOP",
    "PARKING",
    "HONDA",
    "SALE",
    "OPEN",
    "4WD",
    "TSI",
    "1.8T",
    "SPORT",
    "WIFI",
    "24H",
]
_PIXELS = 48


@cache
def _font(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(obtain(face)), _PIXELS, index=face.index)


@cache
def _strip(face: Face, text: str) -> NDArray[np.uint8]:
    font = _font(face)
    left, top, right, bottom = (int(v) for v in font.getbbox(text))
    image = Image.new("L", (right - left + 4, bottom - top + 4))
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, fill=255, font=font)
    return np.asarray(image, np.uint8)


def line(face: Face, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A line of text in ink 255 on 0: (about 48, width) uint8."""
    kind = rng.random()
    if kind < 0.45:
        words = " ".join(str(rng.choice(_WORDS)) for _ in range(int(rng.integers(1, 3))))
    elif kind < 0.7:
        words = str(rng.choice(_LATIN))
    elif kind < 0.85:  # a phone number
        words = "1" + "".join(str(d) for d in rng.integers(0, 10, 10))
    else:
        words = str(rng.choice(_WORDS)) + str(rng.integers(1, 1000))
    if kind >= 0.7:  # too many to keep
        return _strip.__wrapped__(face, words)
    return _strip(face, words)
