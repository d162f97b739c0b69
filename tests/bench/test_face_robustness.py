"""Eight pairs of LFW under two conditions, and the plot of what was found."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from zhsq.bench import face, face_robustness
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data import lfw as loader
from zhsq.data.degrade import CONDITIONS
from zhsq.data.registry import DataSet, locate
from zhsq.models.bundle import Bundle

pytestmark = pytest.mark.data

FEW = {
    "size": replace(CONDITIONS["size"], levels=(48, 4)),
    "mask": replace(CONDITIONS["mask"], levels=(80,)),
}
OPTIONS = BenchOptions(resamples=50)


@pytest.fixture(scope="module")
def part(lfw: DataSet, tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """Two folds of two genuine and two impostor pairs in a folder of their own."""
    pairs = loader.load(lfw)
    lines = (lfw.root / "pairs.txt").read_text().splitlines()[1:]
    chosen = [fold * 600 + kind * 300 + i for fold in range(2) for kind in range(2) for i in range(2)]
    root = tmp_path_factory.mktemp("robustness") / "mine"
    for index in chosen:
        for photo in (pairs[index].left, pairs[index].right):
            target = root / "lfw-deepfunneled" / photo.parent.name / photo.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photo, target)
    (root / "pairs.txt").write_text("\n".join(["2\t2", *(lines[i] for i in chosen)]) + "\n")
    return locate(str(root), "lfw")


@pytest.fixture(scope="module")
def result(part: DataSet, face_bundle: Bundle) -> BenchResult:
    return face_robustness.run(face_bundle, part, OPTIONS, FEW)


def test_there_is_one_trial_per_pair_and_step(result: BenchResult) -> None:
    trials = result.trials
    assert {len(values) for values in trials.values()} == {8 * 4}
    steps = list(dict.fromkeys(zip(trials["condition"].tolist(), trials["level"].tolist(), strict=True)))
    assert steps == [("clean", 0), ("size", 48), ("size", 4), ("mask", 80)]
    assert np.array_equal(trials["genuine"], trials["left"] == trials["right"])
    assert trials["genuine"].sum() == 4 * 4


def test_the_report_says_what_was_measured(result: BenchResult) -> None:
    report = result.report
    assert (report.task, report.n) == ("face-robustness", 8)
    assert report.protocol == "lfw-view2-robustness-600/conditions-size+mask"
    assert set(report.metrics) == {"fmr_clean", "fnmr_clean", "fnmr_size_48", "fnmr_size_4", "fnmr_mask"}
    rows = report.details["curves"]
    assert [(row["condition"], row["level"], row["n"]) for row in rows] == [
        ("clean", 0, 8), ("size", 48, 8), ("size", 4, 8), ("mask", 80, 8),
    ]  # fmt: skip
    assert rows[1]["unit"] == "px of face width, at most"
    assert result.report.model_validate_json(report.model_dump_json()) == report


def test_clean_scores_are_those_of_face_verification(part: DataSet, face_bundle: Bundle, result: BenchResult) -> None:
    plain = face.run(face_bundle, part, OPTIONS).trials
    assert np.array_equal(plain["left"], result.trials["left"][:8])
    assert result.trials["scores"][:8] == pytest.approx(plain["scores"], abs=1e-4)


def test_a_face_of_four_pixels_is_a_failure_to_acquire(result: BenchResult) -> None:
    tiny = result.trials["scores"][(result.trials["condition"] == "size") & (result.trials["level"] == 4)]
    assert np.isneginf(tiny).all()
    row = result.report.details["curves"][2]
    assert (row["fnmr"], row["fmr"], row["fta"]) == (1, 0, 1)


def test_a_mask_makes_people_less_alike_to_their_own_photo(result: BenchResult) -> None:
    trials = result.trials
    clean, masked = (trials["scores"][(trials["condition"] == name) & trials["genuine"]] for name in ("clean", "mask"))
    assert masked.mean() < clean.mean()


def test_the_same_seed_gives_the_same_scores(part: DataSet, face_bundle: Bundle, result: BenchResult) -> None:
    again = face_robustness.run(face_bundle, part, OPTIONS, {"mask": FEW["mask"]}).trials["scores"][8:]
    assert again == pytest.approx(result.trials["scores"][-8:], abs=1e-4)


def test_a_probe_that_cannot_be_read_fails_in_every_condition(
    part: DataSet, face_bundle: Bundle, tmp_path: Path
) -> None:
    root = tmp_path / "damaged"
    shutil.copytree(part.root, root)
    data = locate(str(root), "lfw")
    probe = loader.load(data)[0]
    probe.right.write_bytes(probe.right.read_bytes()[:300])
    result = face_robustness.run(face_bundle, data, OPTIONS, {"mask": FEW["mask"]})
    assert result.report.n == 8, "nothing is dropped"
    first = result.trials["scores"].reshape(2, 8)[:, 0]
    assert np.isneginf(first).all()
    probes = result.report.details["probes"]
    assert [row["fta"] for row in result.report.details["curves"]] == [1 / probes] * 2


def test_the_plot_shows_each_condition_from_clean_on(result: BenchResult) -> None:
    figures = pytest.importorskip("matplotlib.figure")
    from zhsq.tracking.face_plots import robustness

    figure = figures.Figure(layout="constrained")
    robustness(figure, result.report, result.trials)
    shown = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in shown] == ["size", "mask"]
    fnmr, fta = shown[0].get_lines()[:2]
    rows = result.report.details["curves"]
    assert fnmr.get_ydata() == pytest.approx([100 * row["fnmr"] for row in rows[:3]])
    assert fta.get_ydata() == pytest.approx([0, 100 * rows[1]["fta"], 100])
    assert [label.get_text() for label in shown[0].get_xticklabels()] == ["clean", "48", "4"]
