"""From a table to a read: the grammar chooses among what the reader saw."""

from __future__ import annotations

import numpy as np

from zhsq.models.plate.grammar import Colour, classify, is_plate, judge, office
from zhsq.models.plate.lattice import likeliest
from zhsq.models.plate.types import PlateRead, Table, characters_of, codes_of

#: The grammar may choose a symbol that isn't the likeliest of its place only when it is at least this likely.
CHOOSABLE = 0.01


def read_of(table: Table, colour: Colour, warnings: tuple[str, ...] = ()) -> PlateRead:
    """Read a table.

    When the likeliest symbols of the places are no plate, the likeliest plate of the grammar is taken, provided that
    the reader gave each of its symbols at least 1 %; else the text stays as it is, outside the grammar.

    Args:
        table: (8, 73) float32, rows add up to 1.
        colour: of the ground.
        warnings: to put before those of this function.

    Returns:
        The read. Its confidence is the weakest place's, places behind the end included, as a character that was lost
        there would be the fault of 'none'; 0 when nothing was read.
    """
    columns = table.argmax(axis=1)
    characters = characters_of(table, columns)
    text = "".join(character.symbol for character in characters)
    changed = False
    if text and not is_plate(text):
        codes = codes_of(likeliest(table))
        if min(float(row[code]) for row, code in zip(table, codes, strict=True)) >= CHOOSABLE:
            columns = codes.astype(columns.dtype)
            characters = characters_of(table, columns)
            text = "".join(character.symbol for character in characters)
            changed = True
    weakest = float(table[np.arange(len(table)), columns].min()) if text else 0.0
    return PlateRead(
        text,
        characters,
        weakest,
        classify(text, colour),
        colour,
        (*warnings, *warnings_of(text, colour, changed)),
        table,
    )


def warnings_of(text: str, colour: Colour, changed: bool) -> tuple[str, ...]:
    """What a guard should know of a read.

    Args:
        text: normalised; '' for none.
        colour: of the ground.
        changed: whether the grammar chose a character.
    """
    said = ["a character was chosen by the grammar"] if changed else []
    if text and not is_plate(text):
        said.append("not a plate by GA 36-2018")
    elif text:
        verdict = judge(text, colour)
        if not verdict.agrees:
            said.append(verdict.reason_en)
        issuer = office(text)
        if issuer is not None and not issuer.listed:
            said.append(f"{issuer.province}{issuer.letter} is no office that is known")
    return tuple(said)
