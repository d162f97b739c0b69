"""The grammar as a table, sheets of pictures, and the pairs that a reader confuses."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.grammar import FORMS, classify, is_plate
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, PlateRead, characters_of, codes_of
from zhsq.tracking.plate_story import Pair, Tile, draw, easy_to_hard, grammar_rows, nearest_twin, top_pairs


def grey(level: int, width: int = 44) -> np.ndarray:
    return np.full((14, width, 3), level, np.uint8)


def test_the_table_of_the_grammar_has_a_row_for_every_form() -> None:
    rows = grammar_rows()
    assert [row["class"] for row in rows] == [form.plate_class for form in FORMS]
    assert all(is_plate(row["example"]) and classify(row["example"]) == row["class"] for row in rows)
    blue = rows[0]
    assert blue["composition"] == "province, A-Z, 5 x 0-9 A-Z"
    assert blue["ground"] == "blue, yellow" and blue["letters"] == "2"
    large = next(row for row in rows if row["class"] == "green_large")
    assert large["composition"] == "province, A-Z, 5 x 0-9, one of DABCEFGHJK" and not large["letters"]
    assert next(row for row in rows if row["class"] == "hk_macau")["composition"].endswith("4 x 0-9 A-Z, 港/澳")
    assert rows == grammar_rows() != grammar_rows(seed=1)


def test_pictures_run_from_the_surest_to_the_least_sure() -> None:
    images = [grey(level) for level in range(5)]
    # Surest first: 3 (0.9), 0 (0.8), 4 (0.7), 1 (0.2), 2 (0.1); ranks 0, 2 and 4 of five.
    tiles = easy_to_hard(images, [0.8, 0.2, 0.1, 0.9, 0.7], 3)
    assert [int(tile.image[0, 0, 0]) for tile in tiles] == [3, 4, 2]
    assert [tile.text for tile in tiles] == ["0.90", "0.70", "0.10"]
    assert len(easy_to_hard(images, [0.5] * 5, 5)) == 5
    for n, confidences in ((6, [0.5] * 5), (0, [0.5] * 5), (2, [0.5])):
        with pytest.raises(ValueError, match="can't be shown"):
            easy_to_hard(images, confidences, n)


def test_each_name_has_a_row_and_pictures_keep_their_proportions() -> None:
    figure = Figure(figsize=(6, 3))
    FigureCanvasAgg(figure)
    draw(figure, {"blue": [Tile(grey(10), "0.9"), Tile(grey(20, 22))], "trailer": [Tile(grey(30))]})
    figure.canvas.draw()
    shown = [axes.images[0].get_array() if axes.images else None for axes in figure.axes]
    assert [None if a is None else (int(a[0, 0, 0]), a.shape[1]) for a in shown] == [(10, 44), (20, 22), (30, 44), None]
    assert [axes.texts[0].get_text() for axes in (figure.axes[0], figure.axes[2])] == ["blue", "trailer"]
    assert figure.axes[0].get_title() == "0.9"
    assert figure.axes[0].get_aspect() == 1  # pixels are square
    draw(Figure(), {})


def test_the_nearest_twin_differs_where_the_reader_was_least_sure() -> None:
    table = np.zeros((8, COLUMNS), np.float32)
    table[np.arange(8), codes_of("皖A12345")] = 1
    for place, symbol, share in ((2, "7", 0.2), (1, "8", 0.4), (0, "沪", 0.1)):  # 8 is no office: 皖812345 is no plate
        table[place, COLUMN[symbol]] = share
        table[place, COLUMN["皖A12345"[place]]] = 1 - share
    read = PlateRead("皖A12345", characters_of(table, table.argmax(axis=1)), 0.6, "blue", "blue", (), table)
    assert nearest_twin(read, Confusion.identity()) == ("皖A72345", pytest.approx(0.2))
    # A reader whose 4 is often a 9, and which was sure of this 4: the confusion knows better.
    matrix = np.eye(COLUMNS)
    matrix[COLUMN["4"], [COLUMN["4"], COLUMN["9"]]] = 0.7, 0.3
    assert nearest_twin(read, Confusion(matrix, 1.0, 10)) == ("皖A12395", pytest.approx(0.3))
    assert nearest_twin(PlateRead("", (), 0.0, "unknown", "unknown", (), table), Confusion.identity()) == ("", 0.0)


def test_the_pairs_that_are_confused_most_come_first() -> None:
    matrix = np.full((COLUMNS, COLUMNS), 1e-5)
    matrix[COLUMN["8"], COLUMN["B"]] = 0.08
    matrix[COLUMN["0"], COLUMN["D"]] = 0.03
    matrix[COLUMN["5"], NONE] = 0.01
    np.fill_diagonal(matrix, 0)
    matrix += np.diag(1 - matrix.sum(axis=1))
    pairs = top_pairs(Confusion(matrix, 1.0, 100))
    # Pairs that were never seen have what the prior gives them, and are not told.
    assert pairs == [Pair("8", "B", 0.08), Pair("0", "D", 0.03), Pair("5", "", 0.01)]
    assert top_pairs(Confusion(matrix, 1.0, 100), 1) == pairs[:1]
    assert top_pairs(Confusion.identity()) == []
