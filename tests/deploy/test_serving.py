"""Instances, batching, queue limits and warm-up, as Triton's own protobuf reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as pb

from zhsq.deploy.repository import VARIANTS, Variant, export
from zhsq.deploy.serving import ModelServing, Serving
from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve

ZHSQ = Path(sys.executable).with_name("zhsq")


def config_of(folder: Path) -> pb.ModelConfig:
    return text_format.Parse((folder / "config.pbtxt").read_text("utf-8"), pb.ModelConfig())


LIMITS = Serving(
    graphs=ModelServing(instances=3, threads=2, max_batch=16, max_queue=7, queue_timeout_ms=250, max_delay_us=400),
    pipeline=ModelServing(instances=2, max_batch=4, preferred_batch=(2, 4), max_queue=5, timeout_action="delay"),
    max_cameras=12,
    camera_idle_s=30,
)


@pytest.mark.parametrize("variant", VARIANTS)
def test_limits_reach_the_config_of_graphs_and_pipeline(home, tmp_path: Path, variant: Variant) -> None:
    export(resolve("plate-zhsq"), tmp_path, variant=variant, pipeline=True, serving=LIMITS)
    read = config_of(tmp_path / "plate-zhsq__read")
    assert (read.max_batch_size, read.instance_group[0].count) == (16, 3)
    threads = "intra_op_threads" if variant == "python" else "intra_op_thread_count"
    assert read.parameters[threads].string_value == "2"
    policy = read.dynamic_batching.default_queue_policy
    assert (policy.max_queue_size, policy.default_timeout_microseconds) == (7, 250_000)
    assert policy.timeout_action == pb.ModelQueuePolicy.REJECT
    assert read.dynamic_batching.max_queue_delay_microseconds == 400
    whole = config_of(tmp_path / "plate-zhsq")
    assert (whole.backend, whole.max_batch_size, whole.instance_group[0].count) == ("python", 4, 2)
    assert list(whole.dynamic_batching.preferred_batch_size) == [2, 4]
    assert whole.dynamic_batching.default_queue_policy.max_queue_size == 5
    assert whole.dynamic_batching.default_queue_policy.timeout_action == pb.ModelQueuePolicy.DELAY
    assert [(t.name, t.optional) for t in whole.input] == [("image", False), ("kind", True)]
    assert {t.name: (t.data_type, list(t.dims)) for t in whole.output}["corners"] == (pb.TYPE_FP32, [-1, 4, 2])


def test_every_model_is_warmed_up_but_a_pipeline_that_asks_others(home, tmp_path: Path) -> None:
    bundle = resolve("plate-zhsq")
    for graphs in ("inside", "served"):
        export(bundle, tmp_path / graphs, variant="python", pipeline=True, graphs=graphs)
        for graph in bundle.spec.graphs:
            (warm,) = config_of(tmp_path / graphs / f"plate-zhsq__{graph}").model_warmup
            assert warm.batch_size == 1, "0 would skip it"
            assert all(-1 not in list(tensor.dims) for tensor in warm.inputs.values())
    (warm,) = config_of(tmp_path / "inside" / "plate-zhsq").model_warmup
    assert (tmp_path / "inside" / "plate-zhsq" / "warmup" / warm.inputs["image"].input_data_file).is_file()
    assert not config_of(tmp_path / "served" / "plate-zhsq").model_warmup


def test_a_camera_is_a_sequence_that_is_forgotten_in_time(anomaly_bundle: Bundle, tmp_path: Path) -> None:
    export(anomaly_bundle, tmp_path, variant="python", pipeline=True, serving=LIMITS)
    batching = config_of(tmp_path / anomaly_bundle.name).sequence_batching
    assert batching.oldest.max_candidate_sequences == 12
    assert batching.max_sequence_idle_microseconds == 30_000_000
    kinds = {item.name: item.control[0].kind for item in batching.control_input}
    control = pb.ModelSequenceBatching.Control
    assert kinds == {
        "start": control.CONTROL_SEQUENCE_START,
        "end": control.CONTROL_SEQUENCE_END,
        "camera": control.CONTROL_SEQUENCE_CORRID,
    }


def test_limits_stay_with_a_model_until_others_are_given(make_bundle, tmp_path: Path) -> None:
    export(make_bundle("1.0.0", seed=1), tmp_path, variant="python", serving=LIMITS)
    export(make_bundle("1.0.1", seed=2), tmp_path, variant="python")
    folder = tmp_path / "tiny.face-a__embed"
    assert config_of(folder).dynamic_batching.default_queue_policy.max_queue_size == 7
    export(make_bundle("1.0.1", seed=2), tmp_path, variant="python", serving=Serving())
    assert config_of(folder).dynamic_batching.default_queue_policy.max_queue_size == 128


def test_a_file_of_limits_is_read_and_a_wrong_one_says_where(tmp_path: Path) -> None:
    path = tmp_path / "serving.yaml"
    path.write_text("pipeline: {instances: 3, max_queue: 9}\nmax_cameras: 5\n", "utf-8")
    assert Serving.load(path) == Serving(pipeline=ModelServing(instances=3, max_queue=9), max_cameras=5)
    for text, where in (
        ("pipeline: {max_queu: 9}", "pipeline.max_queu"),
        ("graphs: {instances: -1}", "graphs.instances"),
        ("graphs: {max_batch: 4, preferred_batch: [8]}", "graphs"),
        ("graphs: [", "not YAML"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(ZhsqError, match=where):
            Serving.load(path)
    with pytest.raises(ZhsqError, match="can't be read"):
        Serving.load(tmp_path / "absent.yaml")


def test_the_command_writes_the_pipeline_with_the_limits_that_it_is_given(home, tmp_path: Path) -> None:
    options = ["--variant", "python", "--max-queue", "9", "--instances", "1", "--repository", str(tmp_path)]
    done = subprocess.run([ZHSQ, "export", "plate-zhsq", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole = config_of(tmp_path / "plate-zhsq")
    assert whole.dynamic_batching.default_queue_policy.max_queue_size == 9
    assert whole.instance_group[0].count == 1
    assert (
        json.loads((tmp_path / "plate-zhsq" / "1" / "bundle.json").read_text("utf-8"))["pipeline"]["graphs"] == "inside"
    )
