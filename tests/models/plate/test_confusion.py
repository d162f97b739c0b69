"""The confusion model is learned, and says what stands there."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle
from zhsq.models.plate.confusion import FILE, STRENGTHS, Confusion
from zhsq.models.plate.grammar import DIGITS, PLACES
from zhsq.models.plate.types import COLUMN, COLUMNS, NONE, Table, codes_of


def said_and_true(n: int, rng: np.random.Generator, wrong: float) -> tuple[Table, list[str]]:
    """A reader that is sure of what it says, and says 8 for a share `wrong` of all B."""
    truths = ["皖A" + "".join(rng.choice(list("B8123"), 5)) for _ in range(n)]
    tables = np.zeros((n, PLACES, COLUMNS), np.float32)
    for table, truth in zip(tables, truths, strict=True):
        said = codes_of("".join("8" if s == "B" and rng.random() < wrong else s for s in truth))
        table[np.arange(PLACES), said] = 1
    return tables, truths


def test_a_share_of_misread_characters_is_found() -> None:
    # Of 5 symbols alike, B and 8 are a fifth each; with a quarter of B read as 8, what is said to be 8 is B in
    # 0.25 / 1.25 = 0.2 of the cases.
    tables, truths = said_and_true(2000, np.random.default_rng(0), 0.25)
    learned = Confusion.estimate(tables, truths)
    assert learned.matrix[COLUMN["8"], COLUMN["B"]] == pytest.approx(0.2, abs=0.02)
    assert learned.matrix[COLUMN["B"], COLUMN["B"]] > 0.995, "what is said to be B is B"
    assert learned.matrix.sum(axis=1) == pytest.approx(np.ones(COLUMNS))
    assert (learned.plates, learned.smoothing in STRENGTHS) == (2000, True)
    applied = learned.apply(tables[0])
    assert applied.shape == (PLACES, COLUMNS) and applied.sum(axis=1) == pytest.approx(np.ones(PLACES))


def test_a_reader_whose_doubts_are_right_is_left_as_it_is() -> None:
    # It gives 0.7 to one digit and 0.3 to another, and is right in 0.7 of the cases: its doubts are in its tables.
    rng = np.random.default_rng(1)
    truths, tables = [], np.zeros((3000, PLACES, COLUMNS), np.float32)
    for table in tables:
        first, second = (rng.choice(list(DIGITS), 5) for _ in range(2))
        truths.append("皖A" + "".join(a if rng.random() < 0.7 else b for a, b in zip(first, second, strict=True)))
        table[[0, 1, 7], [COLUMN["皖"], COLUMN["A"], NONE]] = 1
        for i, (a, b) in enumerate(zip(first, second, strict=True), 2):
            table[i, COLUMN[str(a)]] += 0.7
            table[i, COLUMN[str(b)]] += 0.3
    learned = Confusion.estimate(tables, truths)
    for digit in DIGITS:
        assert learned.matrix[COLUMN[digit], COLUMN[digit]] > 0.95
    # Counting what was true beside what was said, as often as it was said, would put 0.27 of each digit elsewhere.


def test_a_lost_last_character_is_learned_as_none() -> None:
    n = 1000
    tables = np.zeros((n, PLACES, COLUMNS), np.float32)
    truths = ["皖AD1234" + DIGITS[i % 10] for i in range(n)]
    for i, (table, truth) in enumerate(zip(tables, truths, strict=True)):
        table[np.arange(PLACES), codes_of(truth[:7] if i % 5 == 0 else truth)] = 1  # every fifth loses its last
    learned = Confusion.estimate(tables, truths)
    assert learned.matrix[NONE, [COLUMN["0"], COLUMN["5"]]] == pytest.approx([0.5, 0.5], abs=0.03)


def test_a_symbol_that_was_never_seen_gets_the_average_error() -> None:
    tables, truths = said_and_true(1000, np.random.default_rng(2), 0.25)
    matrix = Confusion.estimate(tables, truths).matrix
    unseen = matrix[COLUMN["藏"]]
    # A twentieth of the 5 x 1000 serial symbols, of 8 x 1000 places, is misread: 250 / 8000 = 0.03.
    assert unseen[COLUMN["藏"]] == pytest.approx(0.97, abs=0.01)
    assert np.delete(unseen, COLUMN["藏"]) == pytest.approx(np.full(COLUMNS - 1, (1 - unseen.max()) / (COLUMNS - 1)))


def test_more_smoothing_pulls_towards_the_average_error() -> None:
    tables, truths = said_and_true(400, np.random.default_rng(3), 0.5)
    said, true = COLUMN["8"], COLUMN["B"]
    weak, strong = (Confusion.estimate(tables, truths, smoothing).matrix[said, true] for smoothing in (1.0, 1000.0))
    assert weak == pytest.approx(1 / 3, abs=0.04) and strong < 0.6 * weak


def test_it_comes_back_from_its_bytes_which_are_always_the_same() -> None:
    made = Confusion.estimate(*said_and_true(50, np.random.default_rng(4), 0.2))
    data = made.to_bytes()
    back = Confusion.from_bytes(data)
    assert np.array_equal(back.matrix, made.matrix)
    assert (back.smoothing, back.plates) == (made.smoothing, 50)
    assert back.to_bytes() == data


@pytest.mark.parametrize("data", [b"", b"no archive", Confusion(np.ones((COLUMNS, COLUMNS))).to_bytes()])
def test_bytes_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(BundleError, match=FILE):
        Confusion.from_bytes(data)


def test_a_bundle_without_one_takes_its_reader_at_its_word(plate_bundle: Bundle) -> None:
    if FILE not in plate_bundle.spec.files:
        assert np.array_equal(Confusion.of(plate_bundle).matrix, np.eye(COLUMNS))


def test_a_bundle_with_one_gives_it(plate_bundle: Bundle, tmp_path) -> None:
    made = Confusion.estimate(*said_and_true(50, np.random.default_rng(5), 0.2))
    files = {name: plate_bundle.path / name for name in plate_bundle.spec.files} | {FILE: made.to_bytes()}
    assert np.array_equal(Confusion.of(Bundle.build(plate_bundle.spec, files, tmp_path)).matrix, made.matrix)


def test_tables_and_truths_must_go_together() -> None:
    tables, truths = said_and_true(3, np.random.default_rng(6), 0.0)
    for wrong in ((tables, truths[:2]), (tables[:0], []), (tables[:, :7], truths)):
        with pytest.raises(ValueError, match="go together"):
            Confusion.estimate(*wrong)
    with pytest.raises(ValueError, match="O"):
        Confusion.estimate(tables, ["皖O12345"] * 3)
    with pytest.raises(ValueError, match="smoothing"):
        Confusion.estimate(tables, truths, 0.0)
