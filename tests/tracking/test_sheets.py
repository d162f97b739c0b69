"""Contact sheets: which pairs are shown, in which order, and that a broken photo does not end it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from zhsq.tracking.sheets import draw, worst_pairs

TRIALS = {
    "scores": np.array([0.9, 0.6, -np.inf, 0.4, 0.7, 0.1, 0.95]),
    "genuine": np.array([True, True, True, True, False, False, False]),
    "left": np.array(["a", "b", "c", "d", "a", "b", "c"]),
    "right": np.array(["a", "b", "c", "d", "b", "c", "d"]),
    "left_file": np.array([f"l{i}.jpg" for i in range(7)]),
    "right_file": np.array([f"r{i}.jpg" for i in range(7)]),
}


def test_the_worst_come_first_and_only_errors_are_shown() -> None:
    matches, non_matches = worst_pairs(TRIALS, Path("/photos"), threshold=0.65)
    assert [item.text.split("\n")[0] for item in matches] == ["0.950", "0.700"]
    assert [item.text.split("\n")[0] for item in non_matches] == ["no face found", "0.400", "0.600"]
    assert matches[0].left == Path("/photos/c/l6.jpg") and matches[0].right == Path("/photos/d/r6.jpg")
    assert len(worst_pairs(TRIALS, Path("/photos"), 0.65, n=1)[1]) == 1


def test_without_a_threshold_the_hardest_pairs_are_shown_wrong_or_not() -> None:
    strangers, same = worst_pairs(TRIALS, Path("/photos"))
    assert [item.text.split("\n")[0] for item in strangers] == ["0.950", "0.700", "0.100"]
    assert [item.text.split("\n")[0] for item in same] == ["no face found", "0.400", "0.600", "0.900"]


def test_a_broken_photo_is_an_empty_field(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    Image.fromarray(np.full((40, 30, 3), (200, 30, 30), np.uint8)).save(tmp_path / "c" / "l6.jpg", quality=95)
    matches, _ = worst_pairs(TRIALS, tmp_path, 0.9)
    figure = Figure(figsize=(4, 2))
    FigureCanvasAgg(figure)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "r6.jpg").write_bytes(b"broken")
    draw(figure, matches, columns=1)
    shown = figure.axes[0].images[0].get_array()
    assert shown.shape == (160, 320, 3)
    assert abs(int(shown[80, 80, 0]) - 200) < 6 and (shown[80, 240] == 230).all()
