"""Vectors coded to fewer bits for the scan, with a bound on what the coding can change in a dot product.

A scan over codes may only *discard* rows; whatever it can't discard is scored from the float32 vectors. So the bound is
what makes the search exact, and it has to be proved rather than measured:

A vector x is kept as x = x' + r, where x' is what its code stands for and r what the coding lost; a query likewise as
q = q' + s. Then q.x - q'.x' = q'.r + s.x, and by Cauchy-Schwarz

    |q.x - q'.x'| <= |q'| |r| + |s| |x|

with norms that are computed from the actual vectors, not assumed. To that comes the error of the scan's own arithmetic,
which sums d products in whatever order its kernel likes: at most g |q'| |x'| with g = d u / (1 - d u) (Higham, *Accuracy
and Stability of Numerical Algorithms*, 2nd ed., section 3.1), u = 2^-24 in float32, and none for int8, whose sums are
exact in int32 while 127 x 127 x d < 2^31, that is d <= 133,000. The float64 arithmetic around all this errs by less
than `slack` (Higham again, u = 2^-53, with room to spare), which is added too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhsq.models.graph import FloatArray

Precision = Literal["float32", "float16", "int8"]
Float64Array = NDArray[np.float64]
Codes = NDArray[Any]

#: The largest magnitude of an int8 code; -128 is left out to keep the range symmetric.
LARGEST = 127


@dataclass(frozen=True)
class Coded:
    """Vectors coded to a precision. A row's code stands for `scale * codes`."""

    codes: Codes  # (n, d) of the precision's dtype
    scale: Float64Array  # (n,) > 0; 1 except for int8
    residual: Float64Array  # (n,) >= 0: norm of what the coding lost
    norm: Float64Array  # (n,) >= 0: norm of what the code stands for


def code(vectors: FloatArray, precision: Precision, scale: Float64Array | None = None) -> Coded:
    """Code vectors (n, d) float32, and measure what was lost.

    Args:
        vectors: finite; of magnitude about 1, since float16 must hold them; zeros only if `scale` is given.
        precision: of the codes.
        scale: (n,) float64 to use for int8, at least each vector's largest magnitude / 127, which is the default.
    """
    if precision == "int8":
        scale = largest(vectors) / LARGEST if scale is None else scale
        codes: Codes = np.rint(vectors / scale[:, None]).astype(np.int8)
        meant = codes * scale[:, None]
    else:
        scale, codes = np.ones(len(vectors)), vectors.astype(precision)
        meant = codes.astype(np.float64)
    return Coded(codes, scale, norms(vectors - meant), norms(meant))


def norms(vectors: FloatArray | Float64Array) -> Float64Array:
    """Euclidean norms (n,) of vectors (n, d), in float64."""
    exact = vectors.astype(np.float64, copy=False)
    squares: Float64Array = np.vecdot(exact, exact)
    return np.sqrt(squares)


def largest(vectors: FloatArray) -> Float64Array:
    """The largest magnitude in each vector (n,)."""
    found: Float64Array = np.abs(vectors).max(axis=1).astype(np.float64)
    return found


def bound(
    rows_residual: Float64Array, rows_norm: Float64Array, query: Coded, size: int, precision: Precision
) -> Float64Array:
    """How far a scanned score can be from the float64 one: (rows, queries) float64, >= 0.

    Args:
        rows_residual: (rows,) norms of what the coding of the rows lost, or upper bounds of them.
        rows_norm: (rows,) norms of the rows' float32 vectors, or upper bounds.
        query: the coded queries.
        size: d, the length of a vector.
        precision: of the codes.
    """
    arithmetic = 0.0 if precision == "int8" else _higham(size, 2.0**-24)
    per_residual, per_norm = query.norm * (1 + arithmetic), query.residual + arithmetic * query.norm
    return rows_residual[:, None] * per_residual + (rows_norm[:, None] * per_norm + slack(size))


def slack(size: int) -> float:
    """More than the float64 arithmetic of bounds and scores can err by, for vectors of norm <= 1.01 and length `size`."""
    return (4 * size + 64) * 2.0**-52


def tie_band(size: int) -> float:
    """Two scores of unit vectors of length `size` that are closer than this may be ordered differently by two float64 sums."""
    return 2 * _higham(size, 2.0**-53) * 1.01


def _higham(size: int, unit: float) -> float:
    return size * unit / (1 - size * unit)
