"""Models of whole frames: what they learn from, what is held out, and what the network can and can't predict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from typer.testing import CliRunner

from zhsq.bench.result import no_progress
from zhsq.cli import app
from zhsq.data.registry import DataSet
from zhsq.errors import DataSetError
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.bundle import Bundle
from zhsq.runtime.onnx import OnnxRunner
from zhsq.training.anomaly.config import PatchCoreExperiment, PredictionExperiment
from zhsq.training.anomaly.frames import divided, fit
from zhsq.training.anomaly.predictor import Memory, Predictor, heat_graph
from zhsq.training.experiments import load

EXPERIMENTS = Path("experiments")


def smoke(name: str) -> PatchCoreExperiment | PredictionExperiment:
    config = load(EXPERIMENTS / f"{name}.yaml", smoke=True)
    assert isinstance(config, PatchCoreExperiment | PredictionExperiment)
    return config


@pytest.mark.parametrize("name", ["anomaly-patchcore", "anomaly-prediction"])
def test_an_experiment_gives_a_bundle_that_scores_and_says_where_it_comes_from(
    name: str, drawn: DataSet, tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, ["train", str(EXPERIMENTS / f"{name}.yaml"), "--smoke", "--data", str(drawn.root)])
    assert result.exit_code == 0, result.output
    bundle = Bundle.load(Path(result.output.split("bundle: ")[1].split("\n")[0].strip()))
    assert bundle.name == name and bundle.spec.params["region"] > 0
    alert = bundle.threshold("alert")
    assert alert.value > 0 and "nothing was learnt from" in alert.protocol
    assert [metric.name for metric in bundle.spec.metrics] == ["false_alarms_per_hour"]
    assert ("ImageNet" in {item.name for item in bundle.spec.training_data_licences}) == (name == "anomaly-patchcore")
    bench = ["bench", "video-anomaly", "--model", str(bundle.path), "--data", str(drawn.root), "--json"]
    measured = CliRunner().invoke(app, [*bench, str(tmp_path / "report.json")])
    assert measured.exit_code == 0, measured.output
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["model"]["sha256"] == bundle.sha256
    assert 0 <= report["metrics"]["frame_auroc_micro"]["value"] <= 1


def test_the_same_frames_give_the_same_bank(drawn: DataSet, tmp_path: Path) -> None:
    config = smoke("anomaly-patchcore")
    first, again = (fit(drawn, config, tmp_path / part, no_progress, lambda *_: None) for part in "ab")
    assert first.sha256 == again.sha256
    other = config.model_copy(update={"seed": 1})
    assert fit(drawn, other, tmp_path, no_progress, lambda *_: None).sha256 != first.sha256


def test_what_is_known_is_usual_and_what_is_new_is_not(drawn: DataSet, tmp_path: Path) -> None:
    from zhsq.data import ucsd_ped2
    from zhsq.imaging import decode_image

    config = smoke("anomaly-patchcore").model_copy(update={"bank": 400, "pool": 5000})
    bundle = fit(drawn, config, tmp_path, no_progress, lambda *_: None)
    frames = [decode_image(path) for path in ucsd_ped2.training(drawn)[0].frames[:6]]
    strange = [frame.copy() for frame in frames]
    checks = np.indices((40, 40)).sum(0) // 5 % 2 * 255
    for frame in strange:
        frame[60:100, 60:100] = checks[..., None]
    pipeline = AnomalyPipeline(bundle, OnnxRunner(bundle, 1))
    assert pipeline.score_clip(strange).min() > 2 * pipeline.score_clip(frames).max()


def test_the_last_frames_are_held_out_and_the_clip_at_the_cut_is_cut() -> None:
    config = PatchCoreExperiment(held=0.25)
    clips = [np.full((n, 8, 8), n, np.uint8) for n in (10, 6, 4)]
    fitted, held = divided(clips, config)
    assert [len(clip) for clip in fitted] == [10, 5] and [len(clip) for clip in held] == [1, 4]
    with pytest.raises(DataSetError, match="Too few normal frames to hold out"):
        divided(clips, PredictionExperiment(held=0.25))  # the network needs five frames of a clip, ten in all


def test_too_few_frames_are_refused_with_how_many_are_needed(drawn: DataSet, tmp_path: Path) -> None:
    config = PredictionExperiment(params={"stack": 60, "height": 64})  # type: ignore[arg-type]
    with pytest.raises(DataSetError, match="120 are needed, 60 of a clip"):
        fit(drawn, config, tmp_path, no_progress, lambda *_: None)


def test_memory_reads_only_mixes_of_its_items() -> None:
    torch.manual_seed(0)
    memory = Memory(items=3, width=5)
    read, address = memory(torch.randn(2, 5, 4, 6))
    assert read.shape == (2, 5, 4, 6) and address.shape == (2, 4, 6, 3)
    assert (address >= 0).all()
    torch.testing.assert_close(address.sum(-1), torch.ones(2, 4, 6))
    mixed = torch.einsum("nhwi,ic->nchw", address, memory.items)
    torch.testing.assert_close(read, mixed)


def test_the_graph_tells_the_error_of_the_prediction_on_cells_of_any_size() -> None:
    torch.manual_seed(0)
    predictor = Predictor(2, (4, 4, 6), items=8).eval()
    graph = heat_graph(predictor, step=8, middle=0.1, spread=0.5)
    session = ort.InferenceSession(graph, providers=["CPUExecutionProvider"])
    frames = np.random.default_rng(0).integers(0, 256, (1, 3, 40, 72)).astype(np.float32)
    (heat,) = session.run(None, {"frames": frames})
    with torch.inference_mode():
        predicted, _ = predictor(torch.from_numpy(frames[:, :2] / 255))
    error = (predicted.numpy()[0, 0] - frames[0, 2] / 255) ** 2
    assert heat.shape == (1, 5, 9)
    inner = np.sqrt(error[12:28, 20:36].mean())  # of cell (2, 3): twice a cell's side around its middle
    assert heat[0, 2, 3] == pytest.approx((inner - 0.1) / 0.5, rel=1e-3)
    corner = np.sqrt(error[:12, :12].mean())
    assert heat[0, 0, 0] == pytest.approx((corner - 0.1) / 0.5, rel=1e-3)
