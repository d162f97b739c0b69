"""The index finds what looking at every plate finds."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.models.plate.grammar import DIGITS, LETTERS, PLACES, PROVINCES, is_plate, normalise, random_plate
from zhsq.models.plate.index import PLAUSIBLE, SLIGHTEST, Found, PlateIndex, PlateTextError
from zhsq.models.plate.lattice import Posterior, condition
from zhsq.models.plate.types import COLUMNS, Character, codes_of, table_of

CLASSES = ("blue", "green_small", "green_large", "police", "trailer", "military", "consulate")


def register(n: int, rng: np.random.Generator) -> list[str]:
    """Plates of an estate: mostly of one office, so that many are alike, and some of every class."""
    local = ["皖A" + "".join(rng.choice(list(DIGITS), 5)) for _ in range(n // 2)]
    return local + [random_plate(CLASSES[rng.integers(len(CLASSES))], rng) for _ in range(n - len(local))]


def doubtful(text: str, rng: np.random.Generator) -> np.ndarray:
    """A table of a text in which some places are in doubt between two, some between several symbols."""
    characters = []
    for symbol in text:
        sort = PROVINCES if symbol in PROVINCES else DIGITS + LETTERS
        sure = float(rng.choice([0.99, 0.7, 0.3]))
        others = rng.dirichlet(np.ones(4)) * (1 - sure) * 0.95
        rivals = tuple(
            (str(s), float(p)) for s, p in zip(rng.choice(list(sort), 4, replace=False), others, strict=True)
        )
        characters.append(Character(symbol, sure, rivals))
    return table_of(characters)


def reference(plates: list[str], seen: Posterior, limit: int) -> list[tuple[str, float]]:
    """By looking at every plate: the definition, written out."""
    found: dict[str, tuple[str, float]] = {}
    for plate in plates:
        text = normalise(plate)
        codes = codes_of(text)
        places = [seen.table[i, codes[i]] for i in range(PLACES)]
        product = 1.0
        for p in places:
            product *= float(p)
        likelihood = product / seen.total if seen.total > 0 else 0.0
        if min(places) >= PLAUSIBLE and likelihood >= SLIGHTEST:
            found.setdefault(text, (plate, likelihood))
    return sorted(found.values(), key=lambda item: (-item[1], normalise(item[0])))[:limit]


def pairs(found: list[Found]) -> list[tuple[str, float]]:
    return [(item.plate, item.likelihood) for item in found]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 2000])
def test_the_answer_is_that_of_a_brute_force_search(size: int, seed: int) -> None:
    rng = np.random.default_rng([size, seed])
    plates = register(size, rng)
    index = PlateIndex(plates)
    hits = 0
    for i in range(20):
        text = plates[rng.integers(size)] if size and i % 2 else random_plate("blue", rng)
        seen = condition(doubtful(text, rng))
        expected = reference(plates, seen, 5)
        assert pairs(index.search(seen, 5)) == expected
        hits += len(expected)
    assert hits or size < 2


def test_tables_that_say_little_are_answered_exactly_too() -> None:
    rng = np.random.default_rng(5)
    plates = register(500, rng)
    index = PlateIndex(plates)
    for strength in (0.02, 0.2, 1.0, 50.0):
        for _ in range(10):
            seen = condition(rng.dirichlet(np.full(COLUMNS, strength), PLACES))
            assert pairs(index.search(seen, 5)) == reference(plates, seen, 5)


def test_a_search_after_many_changes_is_that_of_a_new_index() -> None:
    rng = np.random.default_rng(11)
    kept: list[str] = []
    index = PlateIndex()
    for plate in register(700, rng):
        assert index.add(plate) == (plate not in kept)
        if plate not in kept:
            kept.append(plate)
        if rng.random() < 0.4:
            gone = kept.pop(rng.integers(len(kept)))
            assert index.remove(gone) and not index.remove(gone) and gone not in index
    assert len(index) == len(kept) > 300
    for _ in range(60):
        seen = condition(doubtful(kept[rng.integers(len(kept))], rng))
        assert pairs(index.search(seen)) == pairs(PlateIndex(kept).search(seen)) == reference(kept, seen, 20)


def test_a_plate_in_another_spelling_is_the_same_plate() -> None:
    index = PlateIndex(["皖A·12345", "皖a12345"])
    assert len(index) == 1 and "皖A 12345" in index and not index.add("皖A-12345")
    seen = condition(table_of([Character(s, 1.0) for s in "皖A12345"]))
    assert [item.plate for item in index.search(seen)] == ["皖A·12345"]
    assert index.remove("皖A12345") and len(index) == 0 and index.search(seen) == []


def test_equals_come_in_the_order_of_their_texts_whatever_the_limit() -> None:
    characters = [Character(s, 1.0) for s in "皖A12345"]
    characters[6] = Character("5", 0.1, tuple((s, 0.1) for s in "012346789"))
    plates = [f"皖A1234{d}" for d in "9182736450"]
    index = PlateIndex(plates)
    seen = condition(table_of(characters))
    for limit in (1, 3, 10, 20):
        assert [item.plate for item in index.search(seen, limit)] == sorted(plates)[:limit]


def test_what_is_no_plate_can_t_be_registered() -> None:
    assert not is_plate("HELLO")
    with pytest.raises(PlateTextError, match="HELLO"):
        PlateIndex(["皖A12345", "HELLO"])
    with pytest.raises(PlateTextError):
        PlateIndex().add("皖O12345")
