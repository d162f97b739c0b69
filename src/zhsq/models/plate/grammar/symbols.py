"""The symbols of Chinese number plates, and the names of plate classes and ground colours."""

from __future__ import annotations

from typing import Literal

PlateClass = Literal[
    "blue",
    "yellow",
    "green_small",
    "green_large",
    "police",
    "trailer",
    "learner",
    "hk_macau",
    "embassy",
    "consulate",
    "military",
    "armed_police",
    "unknown",
]
Colour = Literal["blue", "yellow", "green", "white", "black", "unknown"]

#: The 31 provinces, autonomous regions and municipalities: GA 36-2018, 5.7, table 2.
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
DIGITS = "0123456789"
#: Without I and O, which look like 1 and 0: GA 36-2018, 5.9.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
ALNUM = DIGITS + LETTERS
#: Symbols that name a class of plate.
MARKS = "警学挂港澳使领"
#: Every symbol that may stand on a plate, in the order of a recogniser's columns.
SYMBOLS = PROVINCES + DIGITS + LETTERS + MARKS
#: Places of the longest plate.
PLACES = 8
#: New-energy marks (GA 36-2018, 5.9, tables 5 and 6): D A B C E for electric vehicles, F G H J K for the others.
ELECTRIC = "DABCE"
OTHER_NEW_ENERGY = "FGHJK"
NEW_ENERGY = ELECTRIC + OTHER_NEW_ENERGY
#: First letters of army plates of the 2012 form. The armed forces publish no list and those in circulation differ, so
#: this is all that any of them gives (V, K air force, H navy, B S L J N G C the former military regions, Q the theatre
#: commands since 2016, E Y Z), except A: lists with A have it for the units that the others give V.
ARMY = "BCEGHJKLNQSVYZ"
