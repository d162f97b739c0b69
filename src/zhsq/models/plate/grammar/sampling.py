"""Random numbers that fit the grammar, for the synthetic generator and for tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from zhsq.models.plate.grammar.forms import FORMS
from zhsq.models.plate.grammar.symbols import DIGITS, LETTERS, PROVINCES, PlateClass


def random_plate(plate_class: PlateClass, rng: np.random.Generator, weights: Mapping[str, float] | None = None) -> str:
    """A valid text of a class.

    Forms of the class are equally likely, and so are the numbers of letters that a serial may hold (0, 1 or 2 of five
    for a blue plate: four symbols of five are digits on average) and the places of those letters. An office's letter
    is any: offices are added, and who learns from these texts shall not learn a list by heart.

    Args:
        plate_class: any but 'unknown'. 'yellow' is composed as 'blue'.
        rng: the only source of chance.
        weights: relative frequency of each province, >= 0, by its symbol; those not named get 0. Equal by default.

    Raises:
        ValueError: no form is of this class, or the weights name no province or add up to 0.
    """
    composed = "blue" if plate_class == "yellow" else plate_class
    forms = [form for form in FORMS if form.plate_class == composed]
    if not forms:
        raise ValueError(f"no plate is of class {plate_class!r}")
    form = forms[rng.integers(len(forms))]
    letters = set(rng.choice(form.free, rng.integers(form.letters + 1), replace=False)) if form.letters else set()
    symbols = []
    for place, allowed in enumerate(form.places):
        if allowed == PROVINCES and weights is not None:
            symbols.append(_weighted(rng, weights))
        elif place in form.free:
            pool = LETTERS if place in letters else DIGITS
            symbols.append(pool[rng.integers(len(pool))])
        else:
            symbols.append(allowed[rng.integers(len(allowed))])
    return "".join(symbols)


def _weighted(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    shares = np.array([weights.get(province, 0.0) for province in PROVINCES])
    if not set(weights) <= set(PROVINCES) or (shares < 0).any() or shares.sum() <= 0:
        raise ValueError(f"weights must be >= 0, by province, and not all 0: {dict(weights)}")
    return PROVINCES[rng.choice(len(PROVINCES), p=shares / shares.sum())]
