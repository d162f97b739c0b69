"""The index answers as float64 brute force does, at every precision, also where vectors are hard to tell apart."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zhsq.serve.matching.coding import bound, code, norms, tie_band
from zhsq.serve.matching.index import LAYERS, ExactIndex, VectorError

PRECISIONS = ("float32", "float16", "int8")
precisions = pytest.mark.parametrize("precision", PRECISIONS)


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)).astype(np.float32)


def random(n: int, d: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((n, d)))


def fsum(vector: np.ndarray, query: np.ndarray) -> float:
    """A dot product with a single rounding: products of two float32 are exact in float64, and fsum is, too."""
    return math.fsum((vector.astype(np.float64) * query.astype(np.float64)).tolist())


def assert_exact(index: ExactIndex, vectors: np.ndarray, queries: np.ndarray, k: int, hidden: tuple[int, ...] = ()):
    """Compare with brute force of one rounding per score; ties closer than the band may only change places."""
    scores, rows = index.search(queries, k, np.array(hidden, np.int64))
    alive = [row for row in range(len(vectors)) if row not in set(hidden)]
    band = tie_band(vectors.shape[1])
    assert scores.dtype == np.float32 and rows.dtype == np.int64
    assert scores.shape == rows.shape == (len(queries), min(k, len(alive)))
    for query, got, found in zip(queries, scores, rows, strict=True):
        truth = {row: fsum(vectors[row], query) for row in alive}
        best = sorted(truth.values(), reverse=True)[:k]
        mine = [truth[row] for row in found.tolist()]
        assert len(set(found.tolist())) == len(found)
        assert np.abs(np.array(mine) - best).max(initial=0) <= band
        assert np.abs(got - np.array(mine)).max(initial=0) <= 2.0**-24  # half a float32 step, for scores within +-1


@precisions
@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 127, 128, 1000, 4097])
@pytest.mark.parametrize("m", [1, 3])
def test_random_vectors_of_any_number_are_ranked_as_by_brute_force(precision, n: int, m: int) -> None:
    vectors, queries = random(n, 48), random(m, 48, seed=1)
    assert_exact(ExactIndex(vectors, precision), vectors, queries, 10)


@precisions
@pytest.mark.parametrize("d", [1, 2, 7, 128, 300, 512])
def test_any_length_of_vector_is_searched(precision, d: int) -> None:
    vectors, queries = random(700, d), random(2, d, seed=1)
    assert_exact(ExactIndex(vectors, precision), vectors, queries, 5)


@precisions
@pytest.mark.parametrize("m", [1, 40])
def test_people_with_many_alike_templates_are_ranked_as_by_brute_force(precision, m: int) -> None:
    # 60 people, 50 templates each, about 0.98 alike: far closer than an int8 code can tell apart.
    rng = np.random.default_rng(3)
    people = random(60, 64, seed=2)
    vectors = unit(np.repeat(people, 50, axis=0) + 0.02 * rng.standard_normal((3000, 64)))
    queries = unit(people[np.arange(m) % 60] + 0.02 * rng.standard_normal((m, 64)))
    assert_exact(ExactIndex(vectors, precision), vectors, queries, 20)


@precisions
@pytest.mark.parametrize("m", [1, 2])
def test_differences_of_one_float32_step_are_told_apart(precision, m: int) -> None:
    # Row i is the first one with component i made one float32 step larger. All codes are equal, no two scores need be.
    base = random(1, 64)[0]
    vectors = np.repeat(base[None], 65, axis=0)
    for i in range(64):
        vectors[i + 1, i] = np.nextafter(base[i], np.float32(2))
    vectors = np.random.default_rng(0).permutation(np.tile(vectors, (3, 1)))
    assert_exact(ExactIndex(vectors, precision), vectors, np.stack([base, random(1, 64, seed=5)[0]])[:m], 30)


def test_equal_vectors_come_in_the_order_of_their_rows_and_all_precisions_agree_bit_for_bit() -> None:
    vectors = random(300, 96)
    vectors[[17, 150, 299]] = vectors[5]
    vectors[200:260] = vectors[100]
    queries = np.concatenate([vectors[[5, 100]], random(40, 96, seed=9)])
    answers = [ExactIndex(vectors, p, threads).search(queries, 70) for p in PRECISIONS for threads in (1, 3)]
    for scores, rows in answers:
        assert np.array_equal(scores, answers[0][0]) and np.array_equal(rows, answers[0][1])
    rows = answers[0][1]
    assert rows[0, :4].tolist() == [5, 17, 150, 299]
    assert rows[1, :61].tolist() == [100, *range(200, 260)]
    one_by_one = [ExactIndex(vectors, "int8").search(query[None], 70)[1][0] for query in queries]
    assert np.array_equal(rows, one_by_one)


@precisions
def test_a_gallery_of_one_vector_repeated_is_returned_by_row(precision) -> None:
    vectors = np.repeat(random(1, 32), 500, axis=0)
    scores, rows = ExactIndex(vectors, precision).search(vectors[:1], 12)
    assert rows.tolist() == [list(range(12))]
    assert np.allclose(scores, 1, atol=1e-6)


@precisions
@pytest.mark.parametrize("m", [1, 2])
def test_the_largest_codes_do_not_overflow_the_kernels(precision, m: int) -> None:
    # Every component is +-1/16, so every int8 code is +-127, where kernels with 16-bit sums would saturate.
    signs = np.sign(np.random.default_rng(0).standard_normal((600, 256)))
    signs[0], signs[1] = 1, -1
    vectors = (signs / 16).astype(np.float32)
    assert_exact(ExactIndex(vectors, precision), vectors, np.ones((m, 256), np.float32) / 16, 8)


@precisions
def test_a_spiky_vector_among_flat_ones_is_not_lost_to_a_coarse_scale(precision) -> None:
    # One component of 0.99 makes the scale of its group so coarse that flat neighbours are coded to nothing.
    vectors = random(64 * 20, 256)
    vectors[:20] = unit(np.eye(256)[:20] * 0.99 + random(20, 256, seed=4) * 0.1)
    assert_exact(ExactIndex(vectors, precision), vectors, vectors[[3, 25, 700]], 10)


@precisions
def test_what_the_code_of_a_query_drops_still_decides(precision) -> None:
    # The query's 511 small components are under half a step (0.99 / 127 / 2 = 0.0039), so int8 codes them all to 0, and
    # by code all rows are equal. By float32 a row's score is 0.044 + 0.073 (2 p - 1) for the share p of signs it shares.
    rng = np.random.default_rng(0)
    signs = np.sign(rng.standard_normal(512))
    flips = rng.random((3000, 512)) > rng.uniform(0.8, 1, (3000, 1))
    flips[:, 0], signs[0] = False, 1
    vectors = unit(np.where(flips, -signs, signs))
    query = unit(np.concatenate([[0.99], 0.0033 * signs[1:]])[None])
    assert_exact(ExactIndex(vectors, precision), vectors, query, 3)


@precisions
@pytest.mark.parametrize("m", [1, 2])
def test_large_galleries_are_split_between_threads_with_the_same_answer(precision, m: int) -> None:
    vectors, queries = random(18_000, 256), random(m, 256, seed=1)  # 4.6 MB of int8 codes: above SPLIT_BYTES
    one, many = ExactIndex(vectors, precision, threads=1), ExactIndex(vectors, precision, threads=5)
    expected = np.argsort(-(vectors.astype(np.float64) @ queries.T.astype(np.float64)).T, axis=1, kind="stable")
    assert np.array_equal(many.search(queries, 10)[1], expected[:, :10])
    assert all(np.array_equal(a, b) for a, b in zip(one.search(queries, 10), many.search(queries, 10), strict=True))
    hidden = expected[0, :9]  # spread over the parts of all threads
    assert many.search(queries[:1], 1, hidden)[1][0, 0] == expected[0, 9]


@precisions
def test_hidden_rows_are_neither_returned_nor_in_the_way(precision) -> None:
    vectors, queries = random(3000, 32), random(2, 32, seed=1)
    best = ExactIndex(vectors, precision).search(queries, 40)[1]
    hidden = tuple(np.unique(best).tolist())
    index = ExactIndex(vectors, precision)
    assert_exact(index, vectors, queries, 10, hidden)
    whole_groups = tuple(range(0, 3000, 2))  # row i is in group i % groups: all rows of every other group
    assert index._layers < LAYERS and index._groups % 2 == 0
    assert_exact(index, vectors, queries, 10, whole_groups)
    assert_exact(index, vectors, queries, 10, tuple(range(2997)))  # 3 are left
    assert_exact(index, vectors, queries, 10, tuple(i for i in range(3000) if i % index._groups))  # one group is left
    scores, rows = index.search(queries, 10, np.arange(3000))
    assert scores.shape == rows.shape == (2, 0)
    assert_exact(index, vectors, queries, 10)  # nothing stays hidden


@precisions
def test_an_empty_gallery_no_queries_and_more_than_there_is(precision) -> None:
    empty = ExactIndex(np.empty((0, 8), np.float32), precision)
    assert len(empty) == 0 and empty.nbytes == 0
    assert [part.shape for part in empty.search(random(2, 8), 5)] == [(2, 0), (2, 0)]
    index = ExactIndex(random(3, 8), precision)
    assert [part.shape for part in index.search(np.empty((0, 8), np.float32), 2)] == [(0, 2), (0, 2)]
    assert index.search(random(1, 8), 99)[1].shape == (1, 3)


def spoiled(value: float) -> np.ndarray:
    vectors = random(4, 8)
    vectors[2, 1] = value
    return vectors


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (spoiled(np.nan), "Row 2"),
        (spoiled(np.inf), "Row 2"),
        (random(4, 8) * 1.01, "norm 1.01"),
        (np.zeros((1, 8), np.float32), "norm 0,"),
        (random(4, 8)[0], "shape"),
        (np.empty((3, 0), np.float32), "shape"),
    ],
)
def test_vectors_that_mean_nothing_are_refused_by_name(bad: np.ndarray, says: str) -> None:
    with pytest.raises(VectorError, match=says):
        ExactIndex(bad)
    with pytest.raises(VectorError):
        ExactIndex(random(4, 8)).search(bad, 1)


def test_queries_of_another_length_and_impossible_arguments_are_refused() -> None:
    index = ExactIndex(random(4, 8))
    with pytest.raises(VectorError, match="has 9 components, the gallery 8"):
        index.search(random(1, 9), 1)
    with pytest.raises(ValueError, match="k must"):
        index.search(random(1, 8), 0)
    for row in (-1, 4):
        with pytest.raises(ValueError, match="hidden"):
            index.search(random(1, 8), 1, np.array([row]))
    with pytest.raises(ValueError, match="int4"):
        ExactIndex(random(4, 8), "int4")
    with pytest.raises(ValueError, match="threads"):
        ExactIndex(random(4, 8), threads=-1)


def test_the_gallery_is_copied_and_its_memory_counted() -> None:
    vectors = random(128, 8)
    index = ExactIndex(vectors, "int8")
    before = index.search(vectors[:1], 3)
    vectors[:] = vectors[::-1].copy()
    assert np.array_equal(before[1], index.search(vectors[-1:], 3)[1])
    # 128 rows x 8: one byte of code and four of float32 each.
    assert (index.scan_bytes, index.nbytes) == (1024, 5120)
    assert ExactIndex(vectors, "float16").nbytes == 6144
    assert ExactIndex(vectors, "float32").nbytes == 4096


def test_padding_does_not_coarsen_the_codes_of_its_group() -> None:
    # 1000 rows are 15 layers of 67 groups, so 5 groups are padded by a row of zeros.
    vectors = random(1000, 64)
    index = ExactIndex(vectors, "int8")
    assert (index._layers, index._groups) == (15, 67)
    assert index._scale.max() == float(np.abs(vectors).max()) / 127


def test_an_int8_code_is_the_nearest_of_127_steps_and_its_loss_is_measured() -> None:
    # Largest 0.8, so a step is 0.8 / 127; 0.6 is 95.25 steps, coded 95, which loses a quarter of a step.
    coded = code(np.array([[0.8, -0.6]], np.float32), "int8")
    assert coded.codes.tolist() == [[127, -95]]
    assert coded.residual[0] == pytest.approx(0.25 * 0.8 / 127, rel=1e-4)
    assert coded.norm[0] == pytest.approx(math.hypot(0.8, 95 * 0.8 / 127), rel=1e-6)


@precisions
def test_the_bound_holds_and_is_reached_by_the_worst_case(precision) -> None:
    vectors, queries = random(2000, 64), random(20, 64, seed=1)
    rows, query = code(vectors, precision), code(queries, precision)
    meant = (rows.codes * rows.scale[:, None]) @ (query.codes * query.scale[:, None]).T
    true = vectors.astype(np.float64) @ queries.T.astype(np.float64)
    limit = bound(rows.residual, norms(vectors), query, 64, precision)
    assert (np.abs(meant - true) <= limit).all()
    if precision == "int8":
        # A query along the residual of a row meets |q'||r| fully: the bound must not be a guess that is smaller.
        residual = vectors[0] - rows.codes[0] * rows.scale[0]
        along = code(unit(residual[None]), precision)
        missed = abs(float((unit(residual[None])[0].astype(np.float64)) @ residual))
        least = bound(rows.residual[:1], norms(vectors[:1]), along, 64, precision)[0, 0]
        assert missed == pytest.approx(rows.residual[0], rel=1e-6)
        assert least >= missed * along.norm[0]
