"""An experiment's smoke run, from the file to the bundle and the MLflow run, as its user starts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from zhsq.cli import app
from zhsq.errors import MissingExtraError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.models.plate.confusion import Confusion
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.quickstart.samples import PLATE_TEXT, plate
from zhsq.runtime.onnx import OnnxRunner
from zhsq.tracking.query import Query, search
from zhsq.tracking.runs import client
from zhsq.training.experiments import load
from zhsq.training.plates.config import ReaderExperiment
from zhsq.training.run import run

READER = Path("experiments/plate-reader.yaml")


def test_a_smoke_run_of_the_reader_is_tracked_and_measured_and_makes_a_bundle_that_runs(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plates_cn").mkdir()
    Image.fromarray(plate()).save(tmp_path / "plates_cn" / "1.png")
    (tmp_path / "plates_cn" / "labels.csv").write_text(f"file,plate\n1.png,{PLATE_TEXT}\n", encoding="utf-8")
    monkeypatch.setenv("ZHSQ_DATA", str(tmp_path))
    result = CliRunner().invoke(app, ["train", str(READER), "--smoke", "--bench", "plate-reading"])
    assert result.exit_code == 0, result.output
    run_id = result.output.split("run: ")[1].split()[0]
    bundle = Bundle.load(Path(result.output.split("bundle: ")[1].split("\n")[0].strip()))
    mlflow = client()
    (measured,) = search(Query(parent=run_id))
    assert (measured.kind, measured.task, measured.state) == ("bench", "plate-reading", "finished")
    run = mlflow.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["optimiser.steps"] == "30" and run.data.params["synthesis.fonts"] == "small"
    assert run.data.tags["bundle_sha256"] == bundle.sha256
    losses = [point.value for point in mlflow.get_metric_history(run_id, "loss")]
    assert len(losses) >= 2 and all(0 < loss < 10 for loss in losses)
    kept = {artifact.path for artifact in mlflow.list_artifacts(run_id)}
    assert {"experiment.yaml", "training-crops.png", "reliability.png", "bundle"} <= kept
    # The reader is untrained, but it is a whole bundle: it reads, it says where its figures come from, it has its confusions.
    read = PlatePipeline(bundle, OnnxRunner(bundle)).read_crop(_grey())
    assert read.table.shape == (8, 73) and read.table.sum(1) == pytest.approx(1, abs=1e-4)
    assert (bundle.path / "read.onnx").stat().st_size < 1_500_000
    assert {m.name for m in bundle.spec.metrics} >= {"exact_match", "exact_match_blue", "exact_match_armed_police"}
    assert Confusion.of(bundle).plates == 48
    assert bundle.threshold("accept").value > 1  # 48 crops vouch for nothing: every read goes to a person
    json.dumps(bundle.spec.model_dump(mode="json"))


def _grey():  # type: ignore[no-untyped-def]
    import numpy as np

    return np.full((24, 94, 3), 120, np.uint8)


@pytest.mark.parametrize("name", ["plate-reader", "plate-locator"])
def test_without_the_extra_a_training_says_what_to_install(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhsq.training.run.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="research"):
        run(load(Path(f"experiments/{name}.yaml"), smoke=True), None, lambda *_: None)


def test_smoke_lays_its_values_over_the_files_and_nothing_else() -> None:
    whole, smoke = load(READER), load(READER, smoke=True)
    assert isinstance(whole, ReaderExperiment) and isinstance(smoke, ReaderExperiment)
    assert smoke.optimiser.steps < whole.optimiser.steps
    assert smoke.optimiser.rate == whole.optimiser.rate
    assert smoke.network == whole.network


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: plate-reader\nspeed: 9\n", "speed"),
        ("kind: plate-reader\noptimiser: { steps: -1 }\n", "steps"),
        ("kind: plate-reader\npool: 256\noptimiser: { batch: 300 }\n", "pool of 256"),
        ("kind: plate-riddle\n", "plate-riddle"),
        ("- a\n", "no mapping"),
    ],
)
def test_a_wrong_experiment_says_where(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ZhsqError) as caught:
        load(path)
    assert told in str(caught.value)
