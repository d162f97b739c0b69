"""Means of the backbone's maps over windows, by hand."""

from __future__ import annotations

import numpy as np

from zhsq.models.anomaly.appearance import at_windows, looked_at
from zhsq.models.anomaly.params import AnomalyParams

PARAMS = AnomalyParams(height=80, window=24, step=12)


def test_a_window_takes_the_mean_of_the_maps_under_it() -> None:
    rows, columns = np.mgrid[0:10, 0:12].astype(np.float32)
    maps = np.stack([rows, columns, 100 * rows + columns**2])[None]
    places = np.array([[0, 0], [2, 4], [1, 0]])
    found = at_windows(maps, places, 8, PARAMS)
    # Window (0, 0): cells 0, 1, 2 both ways. Window (2, 4) begins at pixel 24, 48, cell 3, 6: cells 3..5 and 6..8.
    assert found[0].tolist() == [1, 1, np.float32(100 + (0 + 1 + 4) / 3)]
    np.testing.assert_allclose(found[1], [4, 7, 400 + (36 + 49 + 64) / 3], rtol=1e-6)
    # Window (1, 0) begins at pixel 12, half way between cells 1 and 2: the mean of means 2 and 3.
    np.testing.assert_allclose(found[2], [2.5, 1, 250 + 5 / 3], rtol=1e-6)


def test_every_channel_keeps_its_place() -> None:
    maps = np.broadcast_to(np.arange(40, dtype=np.float32)[None, :, None, None], (1, 40, 10, 10))
    found = at_windows(np.ascontiguousarray(maps), np.array([[0, 0], [3, 3]]), 8, PARAMS)
    np.testing.assert_allclose(found, np.tile(np.arange(40), (2, 1)), rtol=1e-6)


def test_no_windows_have_no_looks() -> None:
    assert at_windows(np.ones((1, 40, 10, 10), np.float32), np.empty((0, 2), np.int64), 8, PARAMS).shape == (0, 40)


def test_the_backbone_sees_the_grey_three_times_and_not_rescaled() -> None:
    found = looked_at(np.array([[0, 255], [7, 8]], np.uint8))
    assert found.shape == (1, 3, 2, 2) and found.dtype == np.float32
    assert all(channel.tolist() == [[0, 255], [7, 8]] for channel in found[0])
