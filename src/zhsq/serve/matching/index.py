"""Exact top-k search by dot product: a fast scan over coded vectors discards, float64 decides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numkong
import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError
from zhsq.models.graph import FloatArray
from zhsq.runtime.turns import cores
from zhsq.serve.matching.coding import LARGEST, Coded, Codes, Float64Array, Precision, bound, code, largest, norms

RowArray = NDArray[np.int64]

#: Rows to a group, at most; the scan keeps one maximum per group, so that a search looks closely at few groups only.
LAYERS = 64
#: Groups that a small gallery has before its groups grow.
GROUPS = 64
#: Queries scanned together: enough to use the matrix kernels, few enough that the scores stay in cache.
BATCH = 32
#: Rows scored at a time, so that a gallery of look-alikes does not become a float64 copy of itself.
SCORED = 4096
#: Vectors may differ from unit length by this; float32 templates do by 1e-6.
UNIT_TOLERANCE = 1e-3
#: A single query, too, is faster with the matrix kernel while a row has at most these bytes (measured on Zen 4).
MATRIX_BYTES = 256
#: Below this many bytes of codes x queries, handing work to another thread costs more than it saves.
SPLIT_BYTES = 4 << 20


class VectorError(ZhsqError):
    """Vectors that can't be searched: wrong shape or length, not finite, or not L2-normalised."""

    code = "bad-vector"


class ExactIndex:
    """The k rows of largest dot product with a query, as float64 brute force finds them, whatever the precision.

    The scan scores every row from its code with SIMD kernels (NumKong), takes the maximum of each group of at most 64
    rows, and keeps what the proved bound of `coding.bound` can't rule out. Those few rows are scored from their float32
    vectors: products of two float32 are exact in float64, and the sum of a row is taken in one fixed order. Hence:

    - All precisions and numbers of threads return the same rows in the same order, and the same scores, bit for bit.
    - Another float64 brute force returns them too, except that rows whose scores are closer than `coding.tie_band`
      (2 d 2^-53: 5.7e-14 at d = 256) may change places there, as float64 itself does not tell them apart.
    - Equal scores are ordered by row, lowest first; identical vectors always have equal scores.

    The vectors are kept as they are beside their codes: 5 bytes a component with int8, 6 with float16, 4 with float32.

    Args:
        vectors: (n, d) float32, L2-normalised to within 1e-3; n may be 0. Copied.
        precision: of the scan; it changes speed and memory, never an answer.
        threads: of a search; 0 takes as many as the process may use.

    Raises:
        VectorError: not two-dimensional, d = 0 or over 100,000, not finite, or not L2-normalised.
        ValueError: an unknown precision, or threads < 0.
    """

    def __init__(self, vectors: FloatArray, precision: Precision = "int8", threads: int = 0) -> None:
        if precision not in ("float32", "float16", "int8"):
            raise ValueError(f"precision must be float32, float16 or int8, not {precision!r}")
        if threads < 0:
            raise ValueError(f"threads must be 0 or more, not {threads}")
        checked = _checked(vectors, "gallery")
        self.precision: Precision = precision
        self.threads = threads or cores()
        self._count: int = checked.shape[0]
        self.size: int = checked.shape[1]
        # Row i belongs to group i % groups; its place in the group is the layer i // groups. So the maxima of all
        # groups are an element-wise maximum over layers, which numpy vectorises for one query and for many.
        self._layers = min(LAYERS, max(1, self._count // GROUPS))
        self._groups = -(-self._count // self._layers)
        self._vectors = np.zeros((self._groups * self._layers, self.size), np.float32)
        self._vectors[: self._count] = checked
        self._padding = np.arange(self._count, len(self._vectors))
        self._encode()

    def __len__(self) -> int:
        return self._count

    @property
    def scan_bytes(self) -> int:
        """What a search reads of every row: the codes."""
        return int(self._codes.nbytes)

    @property
    def nbytes(self) -> int:
        """All that is held: codes and vectors."""
        return self.scan_bytes + (0 if self._codes is self._vectors else int(self._vectors.nbytes))

    def vector(self, row: int) -> FloatArray:
        """A row as it was given, (d,) float32."""
        found: FloatArray = self._vectors[row].copy()
        return found

    def search(self, queries: FloatArray, k: int, hidden: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """The top k rows of each query, best first.

        Args:
            queries: (m, d) float32, L2-normalised to within 1e-3; m may be 0.
            k: >= 1. Where fewer rows can be found than k, the answer has that many columns.
            hidden: rows to search as if they were not there.

        Returns:
            scores (m, min(k, found)) float32, the float64 ones rounded, and rows of the same shape, int64.

        Raises:
            VectorError: queries of another length than the gallery's, not finite, or not L2-normalised.
            ValueError: k < 1, or a hidden row that does not exist.
        """
        checked = _checked(queries, "query")
        if checked.shape[1] != self.size:
            raise VectorError(f"The query has {checked.shape[1]} components, the gallery {self.size}.", _HINT)
        if k < 1:
            raise ValueError(f"k must be 1 or more, not {k}")
        out = self._padding
        if hidden is not None and len(hidden):
            out = np.concatenate([np.unique(hidden), out])
            if out[0] < 0 or hidden.max() >= self._count:
                raise ValueError(f"hidden rows must be within 0..{self._count - 1}")
        k = min(k, len(self._vectors) - len(out))
        scores = np.empty((len(checked), k), np.float32)
        rows = np.empty((len(checked), k), np.int64)
        if k:
            for first in range(0, len(checked), BATCH):
                part = slice(first, first + BATCH)
                self._search(checked[part], k, out, scores[part], rows[part])
        return scores, rows

    def _encode(self) -> None:
        """Code layer by layer, as temporaries in float64 for all rows at once would take 8 times the gallery."""
        layers = self._vectors.reshape(self._layers, self._groups, self.size)
        self._scale = np.ones(self._groups)
        self._residual, self._norm = np.zeros(self._groups), np.zeros(self._groups)
        self._codes: Codes = self._vectors
        if self.precision != "float32":
            self._codes = np.empty(self._vectors.shape, self.precision)
        if self.precision == "int8" and self._groups:
            # One scale to a group: the group's maximum is then that of its integers, with no pass to rescale them.
            self._scale = np.max([largest(layer) for layer in layers], axis=0) / LARGEST
        for layer, into in zip(layers, self._codes.reshape(layers.shape), strict=True):
            coded = code(layer, self.precision, self._scale)
            into[...] = coded.codes
            self._residual = np.maximum(self._residual, coded.residual)
            self._norm = np.maximum(self._norm, norms(layer))

    def _search(self, queries: FloatArray, k: int, hidden: RowArray, scores: FloatArray, rows: RowArray) -> None:
        """Search a batch into `scores` and `rows` (m, k)."""
        query = code(queries, self.precision)
        scans = self._scan(query, hidden)
        tops = np.maximum.reduce([top for _, top in scans])
        error = bound(self._residual, self._norm, query, self.size, self.precision)
        middle = tops * np.outer(self._scale, query.scale)
        reach = middle + error
        exact = queries.astype(np.float64)
        for i in range(len(queries)):
            scanned = [scores_of[:, :, i] for scores_of, _ in scans]
            # The true scores of any k rows bound the k-th best from below; the best rows of k groups do so closely.
            least = self._least(scanned, middle[:, i], k, exact[i])
            groups = np.flatnonzero(reach[:, i] >= least)
            raw = np.concatenate([part[:, groups] for part in scanned])
            near = raw * (self._scale[groups] * query.scale[i]) + error[groups, i]
            layer, column = np.nonzero((near >= least) & (raw > _lowest(raw.dtype)))
            found = layer * self._groups + groups[column]
            score = self._score(found, exact[i])
            order = np.lexsort((found, -score))[:k]
            scores[i], rows[i] = score[order], found[order]

    def _least(self, scanned: list[Codes], middle: Float64Array, k: int, query: Float64Array) -> float:
        """A score that at least k rows have; -inf where there are fewer groups than that."""
        if len(middle) < k:
            return -np.inf
        groups = np.argpartition(middle, len(middle) - k)[len(middle) - k :]
        raw = np.concatenate([part[:, groups] for part in scanned])
        layer = raw.argmax(axis=0)
        if (raw[layer, np.arange(k)] == _lowest(raw.dtype)).any():  # a group whose rows are all hidden
            return -np.inf
        return float(self._score(layer * self._groups + groups, query).min())

    def _scan(self, query: Coded, hidden: RowArray) -> list[tuple[Codes, Codes]]:
        """Score every row by its code, in as many parts as pay: each (layers, groups, m), and its maxima (groups, m)."""
        row_bytes = self.size * self._codes.itemsize
        packed = numkong.dots_pack(query.codes) if len(query.codes) > 1 or row_bytes <= MATRIX_BYTES else None

        def scan(start: int, stop: int) -> tuple[Codes, Codes]:
            first, last = start * self._groups, stop * self._groups
            codes = self._codes[first:last]
            raw: Any
            if packed is not None:
                raw = np.asarray(numkong.dots_packed(codes, packed))
            elif self.precision == "float32":
                raw = np.vecdot(codes, query.codes[0])
            else:
                raw = np.asarray(numkong.cdist(query.codes, codes, metric="dot"))
            raw = raw.reshape(last - first, len(query.codes))
            raw[hidden[np.searchsorted(hidden, first) : np.searchsorted(hidden, last)] - first] = _lowest(raw.dtype)
            parted = raw.reshape(stop - start, self._groups, len(query.codes))
            return parted, parted.max(axis=0)

        parts = min(self.threads, self._layers) if self._codes.nbytes * len(query.codes) >= SPLIT_BYTES else 1
        edges = [self._layers * part // parts for part in range(parts + 1)]
        waiting = [_pool(parts - 1).submit(scan, *pair) for pair in pairwise(edges[1:])]
        return [scan(*edges[:2]), *(future.result() for future in waiting)]

    def _score(self, rows: RowArray, query: Float64Array) -> Float64Array:
        """Dot products in float64; a row's products are summed in an order that depends on d only."""
        parts = [rows[first : first + SCORED] for first in range(0, len(rows), SCORED)] or [rows]
        return np.concatenate([(self._vectors[part].astype(np.float64) * query).sum(axis=1) for part in parts])


_HINT = "Templates of another model can't be compared; enrol again with this one."


def _checked(vectors: FloatArray, what: str) -> FloatArray:
    found = np.ascontiguousarray(vectors, np.float32)
    if found.ndim != 2 or not 1 <= found.shape[1] <= 100_000:
        raise VectorError(f"The {what} has shape {found.shape}, not (n, d).", "Stack the vectors as rows.")
    lengths = np.sqrt(np.vecdot(found, found))
    wrong = ~(np.abs(lengths - 1) <= UNIT_TOLERANCE)  # NaN and infinity are wrong, too
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise VectorError(
            f"Row {row} of the {what} has norm {lengths[row]:.6g}, not 1.",
            "Give finite vectors, L2-normalised in float32.",
        )
    return found


def _lowest(dtype: np.dtype[Any]) -> int | float:
    """What a hidden row scores: less than any row can."""
    return int(np.iinfo(dtype).min) if dtype.kind == "i" else -np.inf


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Helpers of searching threads, shared by all indexes: the kernels release the GIL."""
    return ThreadPoolExecutor(threads, thread_name_prefix="zhsq-search")
