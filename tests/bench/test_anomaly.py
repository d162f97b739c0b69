"""The motion baseline on a drawn scene: it learns, it is causal, and it is the same twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from zhsq.bench import anomaly
from zhsq.bench.result import BenchOptions, no_progress
from zhsq.data import ucsd_ped2
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError, ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.quickstart.samples import scene
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.anomaly import fit
from zhsq.training.experiments import AnomalyExperiment, load


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return locate(str(scene(tmp_path_factory.mktemp("scene") / "drawn", clips=2, frames=45)), "ucsd_ped2")


@pytest.fixture(scope="module")
def fitted(drawn: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return fit(drawn, AnomalyExperiment(), tmp_path_factory.mktemp("store"), no_progress)


def test_a_thing_that_drives_stands_out_among_walkers(drawn: DataSet, fitted: Bundle) -> None:
    report = anomaly.run(fitted, drawn, BenchOptions(resamples=20)).report
    assert report.metrics["frame_auroc_micro"].value > 0.9
    assert report.n == 90 and report.details["anomalous_frames"] == 30


def test_a_score_does_not_depend_on_later_frames(drawn: DataSet, fitted: Bundle) -> None:
    frames = [decode_image(path) for path in ucsd_ped2.testing(drawn)[0].frames]
    pipeline = AnomalyPipeline(fitted, OnnxRunner(fitted))
    whole = pipeline.score_clip(frames)
    other = pipeline.score_clip([*frames[:20], *frames[:10]])
    np.testing.assert_array_equal(whole[:20], other[:20])


def test_the_evidence_is_where_it_happens(drawn: DataSet, fitted: Bundle) -> None:
    clip = ucsd_ped2.testing(drawn)[0]
    results = list(AnomalyPipeline(fitted, OnnxRunner(fitted)).stream(decode_image(path) for path in clip.frames))
    frame = 24  # the drawn vehicle is at x = 6 * (24 - 15) = 54 to 80, y = 60 to 82
    region = results[frame].region
    assert region is not None
    assert region[0] < 90 and region[2] > 44 and region[1] < 90 and region[3] > 52


def test_the_same_clips_give_the_same_bundle(drawn: DataSet, fitted: Bundle, tmp_path: Path) -> None:
    assert fit(drawn, AnomalyExperiment(), tmp_path, no_progress).sha256 == fitted.sha256
    assert [folder.name for folder in tmp_path.iterdir()] == [f"anomaly-flow-1.0.0-{fitted.sha256[:12]}"]


def test_the_alert_threshold_comes_from_normal_clips_held_out(fitted: Bundle) -> None:
    threshold = fitted.threshold("alert")
    assert "held out" in threshold.split and threshold.value > 0


def test_the_shipped_experiment_is_the_default() -> None:
    path = Path(__file__).resolve().parents[2] / "experiments" / "anomaly-flow.yaml"
    assert load(path) == AnomalyExperiment()
    raw = yaml.safe_load(path.read_text())
    assert set(raw) == set(AnomalyExperiment.model_fields), "every setting is written out"


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("kind: anomaly-flow\nneighbors: 3\n")
    with pytest.raises(ZhsqError, match="neighbors"):
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
