"""The anomaly benchmark on a drawn scene: it finds what drives, says where, and refuses what would flatter it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from zhsq.bench import anomaly
from zhsq.bench.result import BenchOptions, BenchResult, no_progress
from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError, ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.params import AnomalyParams
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.quickstart.samples import scene
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.anomaly.cells import fit
from zhsq.training.anomaly.config import AnomalyExperiment
from zhsq.training.experiments import load

#: The drawn vehicle is there in frames 15 to 29, at x = 6 * (frame - 15) to 26 more, y = 60 to 82.
FIRST, END = 15, 30


@pytest.fixture(scope="module")
def result(drawn: DataSet, anomaly_bundle: Bundle) -> BenchResult:
    return anomaly.run(anomaly_bundle, drawn, BenchOptions(resamples=20))


@pytest.fixture(scope="module")
def quick(drawn: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Without the backbone and half as high, for what does not hang on how well it finds."""
    params = AnomalyParams(height=120, appearance=False)
    config = AnomalyExperiment(params=params, bank=200, pool=2000)
    return fit(drawn, config, tmp_path_factory.mktemp("quick"), no_progress)


def test_a_thing_that_drives_stands_out_among_walkers(result: BenchResult) -> None:
    assert result.report.metrics["frame_auroc_micro"].value > 0.9
    assert result.report.n == 90 and result.report.details["anomalous_frames"] == 30


def test_every_frame_has_its_trial(result: BenchResult) -> None:
    trials = result.trials
    assert {len(trials[name]) for name in ("clip", "frame", "score", "anomalous", "heat")} == {90}
    assert trials["frame"].tolist() == [*range(45), *range(45)]
    assert trials["clip"].tolist() == ["01"] * 45 + ["02"] * 45
    assert np.flatnonzero(trials["anomalous"][:45]).tolist() == list(range(FIRST, END))


def test_that_no_score_looks_ahead_is_proved_and_said(result: BenchResult) -> None:
    assert str(anomaly.PROVED) in result.report.details["causal"]


def test_a_scorer_that_looks_ahead_is_refused(drawn: DataSet, quick: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = AnomalyPipeline.score_clip

    def per_clip(self, frames):  # type: ignore[no-untyped-def]
        scores = honest(self, frames)
        return scores / scores.max()

    monkeypatch.setattr(AnomalyPipeline, "score_clip", per_clip)
    with pytest.raises(ValueError, match="Leak"):
        anomaly.run(quick, drawn, BenchOptions(resamples=10))


def test_a_training_frame_among_the_test_frames_is_refused(drawn: DataSet, quick: Bundle, tmp_path: Path) -> None:
    root = Path(shutil.copytree(drawn.root, tmp_path / "leaky"))
    shutil.copyfile(root / "training" / "01" / "003.jpg", root / "testing" / "01" / "004.jpg")
    with pytest.raises(DataSetError, match="Leak"):
        anomaly.run(quick, locate(str(root), "ucsd_ped2"), BenchOptions(resamples=10))


def test_the_strongest_region_is_where_it_happens(drawn: DataSet, anomaly_bundle: Bundle) -> None:
    clip = ucsd_ped2.testing(drawn)[0]
    pipeline = AnomalyPipeline(anomaly_bundle, OnnxRunner(anomaly_bundle, 1))
    results = list(pipeline.stream(decode_image(path) for path in clip.frames[:END]))
    met = 0
    for frame in range(20, END):
        left = 6 * (frame - FIRST)
        x1, y1, x2, y2 = results[frame].regions[0].box
        met += x1 < left + 26 and x2 > left and y1 < 82 and y2 > 60
    assert met >= 9, "of ten frames"


def test_the_report_says_how_often_it_would_alarm_for_nothing(result: BenchResult, anomaly_bundle: Bundle) -> None:
    said = result.report.details["false_alarms_per_hour"]
    assert said == anomaly_bundle.spec.metrics[0].model_dump(mode="json")
    assert "alert" in result.report.thresholds


def test_masks_give_figures_of_place(drawn: DataSet, quick: Bundle, tmp_path: Path) -> None:
    root = Path(shutil.copytree(drawn.root, tmp_path / "masked"))
    for clip in ("01", "02"):
        (root / "testing_masks" / clip).mkdir(parents=True)
        for frame in range(45):
            mask = np.zeros((160, 240), np.uint8)
            if FIRST <= frame < END:
                mask[60:83, 6 * (frame - FIRST) : 6 * (frame - FIRST) + 27] = 255
            Image.fromarray(mask).save(root / "testing_masks" / clip / f"{frame:03d}.png")
    masked = anomaly.run(quick, locate(str(root), "ucsd_ped2"), BenchOptions(resamples=10)).report
    plain = anomaly.run(quick, drawn, BenchOptions(resamples=10)).report
    of_place = set(masked.metrics) - set(plain.metrics)
    assert "pixel_auroc" in of_place
    assert masked.metrics["pixel_auroc"].value > 0.9
    assert masked.metrics["frame_auroc_micro"].value == plain.metrics["frame_auroc_micro"].value


def test_a_limit_takes_whole_clips_with_frames_of_both_kinds_and_says_so(drawn: DataSet, quick: Bundle) -> None:
    report = anomaly.run(quick, drawn, BenchOptions(resamples=10, limit=10)).report
    assert report.n == 45 and report.split == "test clips 01"
    assert report.protocol.endswith("/subset-clips-1")


def test_the_same_clips_give_the_same_bundle(drawn: DataSet, anomaly_bundle: Bundle, tmp_path: Path) -> None:
    again = fit(drawn, AnomalyExperiment(), tmp_path, no_progress)
    assert again.sha256 == anomaly_bundle.sha256
    assert [folder.name for folder in tmp_path.iterdir()] == [f"anomaly-cells-1.0.0-{again.sha256[:12]}"]


def test_the_shipped_experiment_is_the_default() -> None:
    path = Path(__file__).resolve().parents[2] / "experiments" / "anomaly-cells.yaml"
    experiment = load(path)
    assert experiment == AnomalyExperiment()
    raw = yaml.safe_load(path.read_text())
    assert set(raw) == set(AnomalyExperiment.model_fields), "every setting is written out"
    assert set(raw["params"]) == set(type(experiment.params).model_fields)


@pytest.mark.parametrize(("text", "named"), [("neighbors: 3\n", "neighbors"), ("params: { windows: 24 }\n", "windows")])
def test_an_unknown_setting_is_named(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(f"kind: video-anomaly\n{text}")
    with pytest.raises(ZhsqError, match=named):
        load(tmp_path / "x.yaml")


def test_labels_that_do_not_fit_the_frames_are_named(tmp_path: Path) -> None:
    root = scene(tmp_path / "s", clips=1, frames=5)
    (root / "testing" / "01" / "004.jpg").unlink()
    with pytest.raises(DataSetError, match="has 4 frames and 5 labels"):
        ucsd_ped2.testing(locate(str(root), "ucsd_ped2"))


def test_without_normal_clips_the_way_out_is_named(tmp_path: Path) -> None:
    root = scene(tmp_path / "s", clips=1, frames=5)
    (root / "training").rename(root / "elsewhere")
    with pytest.raises(DataSetError, match=r"training holds no clips.*--model"):
        anomaly.run(None, locate(str(root), "ucsd_ped2"), BenchOptions())


def test_a_fitted_bundle_needs_no_normal_clips(drawn: DataSet, quick: Bundle, tmp_path: Path) -> None:
    root = tmp_path / "test-only"
    shutil.copytree(drawn.root / "testing" / "01", root / "testing" / "01")
    lines = (drawn.root / "frame_labels.csv").read_text().splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.startswith("01,"))]
    (root / "frame_labels.csv").write_text("\n".join(kept) + "\n")
    assert anomaly.run(quick, locate(str(root), "ucsd_ped2"), BenchOptions(resamples=10)).report.n == 45


@pytest.mark.data
def test_a_part_of_ped2_in_another_folder_is_measured_the_same_way(ucsd_ped2: DataSet, tmp_path: Path) -> None:
    root = tmp_path / "mine"
    for part in ("training/01", "training/02", "testing/01"):
        (root / part).mkdir(parents=True)
        for frame in sorted((ucsd_ped2.root / part).iterdir())[:100]:
            (root / part / frame.name).write_bytes(frame.read_bytes())
    lines = (ucsd_ped2.root / "frame_labels.csv").read_text().splitlines()
    kept = [line for line in lines[1:] if line.startswith("01,") and int(line.split(",")[1]) < 100]
    (root / "frame_labels.csv").write_text("\n".join([lines[0], *kept]) + "\n")
    report = anomaly.run(None, locate(str(root), "ucsd_ped2"), BenchOptions(resamples=10)).report
    assert report.n == 100 and report.split == "test clips 01"
