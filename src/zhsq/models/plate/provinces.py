"""Which provinces' plates are to be expected at a gate: a prior for the hardest character of a plate.

A reader takes all provinces for equally likely, as it was trained. At a gate they are not: most cars are of one
province. What was read under one prior is turned into what it would be under another by the ratio of both (Saerens,
Latinne and Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities, Neural Computation 14,
2002). The expectation is never certain: half of it stays with all provinces alike, so that a visitor's plate that was
read clearly stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhsq.models.plate.decoding import read_of
from zhsq.models.plate.grammar import PLACES, PROVINCES
from zhsq.models.plate.types import COLUMN, COLUMNS, PlateRead, Table

#: Share of the expectation that all provinces have alike, however many plates were counted. A choice: on the 93 crops of
#: plates_cn that are set aside for calibration, shares of 0.05 to 0.5 read 92 and 91 of them.
ALIKE = 0.5
#: With so many plates counted they have half of what they come to have.
FEW = 20
_COLUMNS = np.array([COLUMN[province] for province in PROVINCES])


@dataclass(frozen=True)
class ProvincePrior:
    """What to expect of a plate's first character.

    Attributes:
        ratio: (73,) float64 > 0, by column of a table: how much likelier than under a reader's prior, in which every
            province is as likely as the next. 1 for what is no province.
    """

    ratio: NDArray[np.float64]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> ProvincePrior:
        """The prior where so many plates of each province are known; none known leaves every read as it is.

        Args:
            counts: plates by first character; characters that are no province are left out.

        Raises:
            ValueError: a count is negative.
        """
        known = np.array([counts.get(province, 0) for province in PROVINCES], np.float64)
        if (known < 0).any():
            raise ValueError(f"plates can't be counted below 0: {dict(counts)}")
        total = known.sum()
        heard = (1 - ALIKE) * total / (total + FEW)
        ratio = np.ones(COLUMNS)
        ratio[_COLUMNS] = 1 - heard + heard * known / max(total, 1.0) * len(PROVINCES)
        return cls(ratio)

    def weigh(self, table: Table) -> Table:
        """A table under this prior, of the plate's first place; the others don't change.

        Args:
            table: (8, 73), rows add up to 1, as it was read.

        Returns:
            The same, float32. To weigh it twice would count the prior twice.
        """
        first = table[0] * self.ratio
        return np.concatenate([(first / first.sum())[None], table[1:]]).astype(np.float32)

    def apply(self, read: PlateRead) -> PlateRead:
        """A read under this prior; a warning says so where another plate is read now."""
        if not read.text or len(read.text) > PLACES or any(symbol not in COLUMN for symbol in read.text):
            return read  # nothing read, or by a reader of more than a table holds
        weighed = read_of(self.weigh(read.table), read.colour)
        if weighed.text == read.text:
            return replace(weighed, warnings=read.warnings)
        said = f"the picture alone says {read.text}: {weighed.text[:1]} is expected, as most registered plates are"
        return replace(weighed, warnings=(said, *weighed.warnings))
