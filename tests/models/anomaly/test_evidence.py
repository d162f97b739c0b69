"""Evidence that goes along with what moves, worked by hand on small grids."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from zhsq.models.anomaly.evidence import Evidence, heat, regions
from zhsq.models.anomaly.params import AnomalyParams

PARAMS = AnomalyParams(height=36, window=24, step=12, newest=0.25, region=2)
ROWS, COLUMNS = 3, 4
Grid = NDArray[np.float32]


def frame(
    moving: dict[tuple[int, int], tuple[float, float, float]], shape: tuple[int, int] = (ROWS, COLUMNS)
) -> tuple[Grid, Grid]:
    """Scores and flow of a frame: (row, column) -> score, flow across, flow down; nothing moves elsewhere."""
    scores, flow = np.full(shape, np.nan, np.float32), np.zeros((*shape, 2), np.float32)
    for at, (score, across, down) in moving.items():
        scores[at], flow[at] = score, (across, down)
    return scores, flow


def test_evidence_is_carried_along_with_what_moves() -> None:
    evidence = Evidence(PARAMS)
    first = evidence(*frame({(1, 1): (8, 0, 0)}))
    assert first[1, 1] == 2  # 0 + 0.25 * (8 - 0)
    # 12 pixels right are one window: (1, 2) takes up the 2 of (1, 1), where nothing moves any more.
    second = evidence(*frame({(1, 2): (8, 12, 0)}))
    assert second[1, 2] == 3.5  # 2 + 0.25 * (8 - 2)
    assert second[1, 1] == 0
    # 6 pixels are half a window: (1, 3) takes up the middle of (1, 2) and (1, 3), (3.5 + 0) / 2 = 1.75.
    third = evidence(*frame({(1, 3): (4, 6, 0)}))
    assert third[1, 3] == 2.3125  # 1.75 + 0.25 * (4 - 1.75)
    assert np.count_nonzero(third) == 1, "no other window moves"


def test_down_and_left_are_followed_as_well() -> None:
    evidence = Evidence(PARAMS)
    evidence(*frame({(1, 2): (8, 0, 0)}))
    assert evidence(*frame({(2, 1): (2, -12, 12)}))[2, 1] == 2  # came 2, and 2 + 0.25 * (2 - 2)


def test_what_stays_at_its_place_gathers_towards_its_score() -> None:
    evidence = Evidence(PARAMS)
    seen = [evidence(*frame({(1, 1): (8, 0, 0)}))[1, 1] for _ in range(4)]
    assert seen == [8 * (1 - 0.75**n) for n in (1, 2, 3, 4)]


def test_there_is_no_evidence_where_nothing_moves() -> None:
    evidence = Evidence(PARAMS)
    evidence(*frame({(1, 1): (8, 0, 0)}))
    assert not evidence(*frame({})).any()
    assert evidence(*frame({(1, 1): (8, 0, 0)}))[1, 1] == 2, "what stopped is forgotten"


def test_a_walkers_low_score_lowers_the_evidence_that_came_with_it() -> None:
    evidence = Evidence(PARAMS)
    evidence(*frame({(1, 1): (8, 0, 0)}))
    assert evidence(*frame({(1, 1): (0, 0, 0)}))[1, 1] == 1.5  # 2 + 0.25 * (0 - 2)


def test_what_comes_in_at_the_edge_brings_the_evidence_of_the_edge() -> None:
    evidence = Evidence(PARAMS)
    evidence(*frame({(1, 0): (8, 0, 0), (1, 1): (40, 0, 0)}))
    # 24 pixels right: it was at column -2, outside; the edge held 2.
    assert evidence(*frame({(1, 0): (6, 24, 0)}))[1, 0] == 3  # 2 + 0.25 * (6 - 2)


def test_a_changed_picture_size_starts_anew() -> None:
    evidence = Evidence(PARAMS)
    evidence(*frame({(1, 1): (8, 0, 0)}))
    assert evidence(*frame({(1, 1): (8, 0, 0)}, (ROWS, COLUMNS + 1)))[1, 1] == 2


def test_heat_is_the_mean_of_the_windows_over_a_cell() -> None:
    # 48x60 pixels in windows of 24 every 12: 3 rows and 4 columns of windows, 4 rows and 5 columns of cells.
    evidence = np.zeros((3, 4), np.float32)
    evidence[1] = 0, 4, 8, 0
    cells = heat(evidence, (48, 60), PARAMS)
    assert cells.shape == (4, 5)
    # Cell (r, c) lies under windows (r - 1, c - 1), (r - 1, c), (r, c - 1), (r, c).
    inner = [[(0 + 4) / 4, (4 + 8) / 4, (8 + 0) / 4], [(0 + 4) / 4, (4 + 8) / 4, (8 + 0) / 4]]
    np.testing.assert_array_equal(cells[1:3, 1:4], inner)
    assert cells[0].max() == 0 and cells[3].max() == 0


def test_heat_covers_a_picture_that_is_no_multiple_of_the_step() -> None:
    # 40x50: windows 2x3, cells ceil(40 / 12) = 4 by ceil(50 / 12) = 5; no window reaches the last row and column.
    cells = heat(np.full((2, 3), 4, np.float32), (40, 50), PARAMS)
    assert cells.shape == (4, 5)
    assert cells[1, 1] == 4 and cells[1, 2] == 4
    assert cells[3].max() == 0 and cells[:, 4].max() == 0


CELLS = np.array([[0, 0, 0, 5], [3, 0, 0, 0], [2, 1.9, 0, 0]], np.float32)


def test_regions_are_connected_cells_that_stand_out_and_the_strongest_comes_first() -> None:
    found = regions(CELLS, 1.0, (36, 48), PARAMS)
    # (0, 3): x 36 to 48, y 0 to 12. (1, 0) and (2, 0): x 0 to 12, y 12 to 36; the 1.9 beside them is below 2.
    assert [(region.box, region.score) for region in found] == [((36, 0, 48, 12), 5.0), ((0, 12, 12, 36), 3.0)]


def test_regions_are_in_pixels_of_the_frame() -> None:
    found = regions(CELLS, 2.5, (90, 120), PARAMS)
    assert [region.box for region in found] == [(90, 0, 120, 30), (0, 30, 30, 90)]


def test_a_region_ends_at_the_frames_edge() -> None:
    # 30x45 pixels: the last cells stick out by 6 down and 3 across.
    found = regions(CELLS, 1.0, (30, 45), PARAMS)
    assert [region.box for region in found] == [(36, 0, 45, 12), (0, 12, 12, 30)]


def test_cells_that_touch_at_a_corner_are_one_region() -> None:
    cells = np.array([[4, 0, 0], [0, 6, 0]], np.float32)
    (found,) = regions(cells, 1.0, (24, 36), PARAMS)
    assert found.box == (0, 0, 24, 24) and found.score == 6


@pytest.mark.parametrize("region", [0.0, 2.0])
def test_without_evidence_there_is_no_region(region: float) -> None:
    params = PARAMS.model_copy(update={"region": region})
    assert regions(np.zeros((3, 4), np.float32), 1.0, (36, 48), params) == ()
