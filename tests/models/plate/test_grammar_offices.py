"""The table of issuing offices."""

from __future__ import annotations

import pytest

from zhsq.data import plates_cn as plate_crops
from zhsq.data.registry import DataSet
from zhsq.models.plate.grammar import LETTERS, OFFICES, PROVINCES, classify, office


@pytest.mark.parametrize(
    ("text", "province_zh", "province_en", "city"),
    [
        ("皖A12345", "安徽省", "Anhui", "合肥市"),
        ("粤BD12345", "广东省", "Guangdong", "深圳市"),
        ("苏U761PJ", "江苏省", "Jiangsu", "苏州市"),
        ("京A0006警", "北京市", "Beijing", "北京市"),
        ("京W12345", "北京市", "Beijing", "北京市"),
        ("新R12345", "新疆维吾尔自治区", "Xinjiang", "和田地区"),
        ("川V", "四川省", "Sichuan", "甘孜藏族自治州"),
        ("湘S12345", "湖南省", "Hunan", ""),
    ],
)
def test_a_plate_names_its_office(text: str, province_zh: str, province_en: str, city: str) -> None:
    found = office(text)
    assert found is not None
    assert (found.province + found.letter, found.listed) == (text[:2], True)
    assert (found.province_zh, found.province_en, found.city_zh) == (province_zh, province_en, city)


@pytest.mark.parametrize("text", ["", "皖", "使133001", "224001使", "沪22401领", "VA30093", "WJ京12345", "皖I12345"])
def test_a_text_without_province_and_letter_names_none(text: str) -> None:
    assert office(text) is None


def test_a_letter_that_is_not_listed_is_said_and_does_not_refuse_the_plate() -> None:
    found = office("宁Z12345")
    assert found is not None
    assert (found.province_en, found.city_zh, found.listed) == ("Ningxia", "", False)
    assert classify("宁Z12345") == "blue"


def test_every_province_has_a_capital_and_no_office_is_listed_twice() -> None:
    assert len({each.province + each.letter for each in OFFICES}) == len(OFFICES)
    assert {each.province for each in OFFICES} == set(PROVINCES)
    assert all(each.letter in LETTERS and each.listed for each in OFFICES)
    # The letter A is the capital's, or the municipality's own.
    capitals = {each.province: each.city_zh for each in OFFICES if each.letter == "A"}
    assert len(set(capitals.values())) == 31
    assert all(name.endswith("市") for name in capitals.values())
    assert len({each.province_zh for each in OFFICES}) == len({each.province_en for each in OFFICES}) == 31


def test_cities_are_named_in_full_and_of_one_province() -> None:
    provinces: dict[str, set[str]] = {}
    for each in OFFICES:
        if each.city_zh:
            assert each.city_zh[-1] in "市州盟区", each
            provinces.setdefault(each.city_zh, set()).add(each.province)
    assert {city for city, several in provinces.items() if len(several) > 1} == set()


@pytest.mark.data
def test_offices_of_real_plates_are_listed(plates_cn: DataSet) -> None:
    plates = [crop.plate for crop in plate_crops.load(plates_cn)]
    found = [office(plate) for plate in plates]
    assert len(plates) == 507
    assert all(each is not None and each.listed for each in found)
