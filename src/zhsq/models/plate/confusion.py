"""What stands on the plate, given what the reader said: learned from tables and truths, never written by hand.

Model: a place's true symbol t is drawn from C[s, t], where s is drawn from the reader's own probabilities of that place.
So a reader whose probabilities are right leaves C the identity (its doubts are in its tables already), and C holds only
what the tables don't say: that a B it is sure of is an 8 at times. C is the maximum a posteriori estimate by expectation
maximisation (Dempster, Laird and Rubin, JRSS B 39, 1977; the likelihood is concave, so there is one maximum) with a
Dirichlet prior for each row; how strong, held-out likelihood decides.

'None' is a symbol like the others: C covers a lost, or an added, *last* character. A character lost in the middle moves
all that follow, which no matrix of symbols can say; `matching` tries the places it may have stood at.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle
from zhsq.models.plate.grammar import PLACES, normalise
from zhsq.models.plate.types import COLUMNS, Table, codes_of

Float64Array = NDArray[np.float64]
#: The file of a bundle that holds it.
FILE = "confusion.npz"
#: Strengths of the prior that are tried, in places observed.
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
#: Every so many tables one is held out.
HELD_OUT = 4
#: Rounds of expectation maximisation; the likelihood changes by less than 1e-4 a place after ten on real tables.
ROUNDS = 20


@dataclass(frozen=True, eq=False)
class Confusion:
    """P(truth | said) for every pair of symbols.

    Attributes:
        matrix: (73, 73) float64: row = what the reader said, column = truth, rows add up to 1; column 0 is 'none'.
        smoothing: strength of the prior, in places observed; 0 for the identity.
        plates: how many it was estimated on; 0 for the identity.
    """

    matrix: Float64Array
    smoothing: float = 0.0
    plates: int = 0

    @classmethod
    def identity(cls) -> Confusion:
        """Of a reader that is taken at its word."""
        return cls(np.eye(COLUMNS))

    @classmethod
    def estimate(cls, tables: Table, truths: Sequence[str], smoothing: float | None = None) -> Confusion:
        """Estimate it. Use a split that no figure is reported on.

        The prior of a row is what an average error looks like: 1 - e for the symbol said and e spread evenly over the
        others, where e is estimated on all places together. A symbol that the split lacks gets just that.

        Args:
            tables: (n, 8, 73), rows add up to 1, as the reader gave them.
            truths: the plates, n of them; separators and case don't matter.
            smoothing: weight of the prior, in places observed, > 0. None chooses among `STRENGTHS` by the likelihood
                of every fourth table, left out for that; the estimate then uses all.

        Raises:
            ValueError: no table, shapes or lengths that don't go together, a truth that is no plate's, smoothing <= 0.
        """
        if tables.ndim != 3 or tables.shape[1:] != (PLACES, COLUMNS) or len(tables) != len(truths) or not len(tables):
            raise ValueError(f"{tables.shape} tables and {len(truths)} truths don't go together, or there are none")
        if smoothing is not None and smoothing <= 0:
            raise ValueError(f"smoothing must be above 0, not {smoothing}")
        codes = np.stack([codes_of(normalise(text)) for text in truths])
        if smoothing is None:
            held = np.arange(len(tables)) % HELD_OUT == HELD_OUT - 1
            smoothing = _strength(tables, codes, held) if held.any() else STRENGTHS[0]
        return cls(_fit(_by_truth(tables, codes), smoothing), smoothing, len(tables))

    def apply(self, table: Table) -> Float64Array:
        """The probabilities of what stands there: (..., 73) to (..., 73) float64, rows add up to 1."""
        return np.asarray(table, np.float64) @ self.matrix

    def to_bytes(self) -> bytes:
        """An npz archive; the same estimate gives the same bytes."""
        stream = io.BytesIO()
        np.savez(stream, matrix=self.matrix, smoothing=np.float64(self.smoothing), plates=np.int64(self.plates))
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Confusion:
        """Read what `to_bytes` wrote.

        Raises:
            BundleError: it is something else, or no matrix of probabilities.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                matrix = np.asarray(stored["matrix"], np.float64)
                smoothing, plates = float(stored["smoothing"]), int(stored["plates"])
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise BundleError(f"{FILE} can't be read: {error}.", "Build the bundle again.") from error
        square = matrix.shape == (COLUMNS, COLUMNS)
        if not square or not (matrix >= 0).all() or not np.allclose(matrix.sum(axis=1), 1, atol=1e-6):
            raise BundleError(f"{FILE} holds no {COLUMNS} x {COLUMNS} probabilities.", "Build the bundle again.")
        return cls(matrix, smoothing, plates)

    @classmethod
    def of(cls, bundle: Bundle) -> Confusion:
        """A bundle's own; the identity when it has none.

        Raises:
            BundleError: the bundle's file can't be read.
        """
        if FILE not in bundle.spec.files:
            return cls.identity()
        return cls.from_bytes((bundle.path / FILE).read_bytes())


def _by_truth(tables: Table, codes: NDArray[np.uint8]) -> dict[int, Float64Array]:
    """The rows of all tables, by the symbol that truly stood there: {column: (m, 73)}."""
    rows = np.asarray(tables, np.float64).reshape(-1, COLUMNS)
    truths = codes.reshape(-1)
    return {int(column): rows[truths == column] for column in np.unique(truths)}


def _strength(tables: Table, codes: NDArray[np.uint8], held: NDArray[np.bool_]) -> float:
    known, unseen = _by_truth(tables[~held], codes[~held]), _by_truth(tables[held], codes[held])

    def likelihood(strength: float) -> float:
        matrix = _fit(known, strength)
        return sum(float(np.log(rows @ matrix[:, truth] + 1e-300).sum()) for truth, rows in unseen.items())

    return max(STRENGTHS, key=likelihood)


def _fit(rows_of: dict[int, Float64Array], strength: float) -> Float64Array:
    """The matrix of greatest posterior probability under a prior worth `strength` places for each row."""
    error = _error(rows_of)
    prior = np.full((COLUMNS, COLUMNS), error / (COLUMNS - 1))
    np.fill_diagonal(prior, 1 - error)
    matrix = prior
    for _ in range(ROUNDS):
        counts = strength * prior
        for truth, rows in rows_of.items():
            shares = rows * matrix[:, truth]
            counts[:, truth] += (shares / (shares.sum(axis=1, keepdims=True) + 1e-300)).sum(axis=0)
        matrix = counts / counts.sum(axis=1, keepdims=True)
    return matrix


def _error(rows_of: dict[int, Float64Array]) -> float:
    """Probability e of the mixture (1 - e) table + e uniform that explains the truths best, with one error added."""
    said = np.concatenate([rows[:, truth] for truth, rows in rows_of.items()])
    error = 0.01
    for _ in range(ROUNDS):
        wrong = error / COLUMNS
        error = float(((wrong / (wrong + (1 - error) * said)).sum() + 1) / (len(said) + 2))
    return error
