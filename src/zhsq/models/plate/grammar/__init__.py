"""The grammar of Chinese number plates: which symbol may stand where, and which class a plate is of.

`symbols` the alphabet, `forms` the composition of numbers by GA 36-2018, `colour` the ground by its pixels,
`verdict` text and ground together, `offices` who issued a plate, `sampling` random valid texts. The grammar picks among
what a recogniser saw; it corrects nothing by itself.
"""

from zhsq.models.plate.grammar.colour import colour_of
from zhsq.models.plate.grammar.forms import FORMS, LENGTHS, Form, classify, form_of, is_plate, normalise, propulsion
from zhsq.models.plate.grammar.offices import OFFICES, Office, office
from zhsq.models.plate.grammar.sampling import random_plate
from zhsq.models.plate.grammar.symbols import (
    ALNUM,
    ARMY,
    DIGITS,
    ELECTRIC,
    LETTERS,
    MARKS,
    NEW_ENERGY,
    OTHER_NEW_ENERGY,
    PLACES,
    PROVINCES,
    SYMBOLS,
    Colour,
    PlateClass,
)
from zhsq.models.plate.grammar.verdict import Verdict, colours_agree, judge

__all__ = [
    "ALNUM",
    "ARMY",
    "DIGITS",
    "ELECTRIC",
    "FORMS",
    "LENGTHS",
    "LETTERS",
    "MARKS",
    "NEW_ENERGY",
    "OFFICES",
    "OTHER_NEW_ENERGY",
    "PLACES",
    "PROVINCES",
    "SYMBOLS",
    "Colour",
    "Form",
    "Office",
    "PlateClass",
    "Verdict",
    "classify",
    "colour_of",
    "colours_agree",
    "form_of",
    "is_plate",
    "judge",
    "normalise",
    "office",
    "propulsion",
    "random_plate",
]
