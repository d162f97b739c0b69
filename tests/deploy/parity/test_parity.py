"""Parity of real bundles on real pictures, and planted mismatches at both levels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from typer.testing import CliRunner

from zhsq.cli import app
from zhsq.deploy.client import load_model
from zhsq.deploy.parity import Items, Reference, items_for, parity_gate
from zhsq.deploy.parity.items import SAMPLES
from zhsq.deploy.repository import export
from zhsq.deploy.variants import calibration_pictures, variant
from zhsq.errors import BundleError, DataSetError, RuntimeUnavailableError
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.shipped import shipped
from zhsq.runtime.triton import TritonRunner


def swapped_channels(graph: onnx.GraphProto) -> None:
    """Red and blue change places."""
    graph.initializer.append(numpy_helper.from_array(np.array([2, 1, 0], np.int64), "planted"))
    _before(graph, "Gather", "planted", axis=1)


def wrong_normalisation(graph: onnx.GraphProto) -> None:
    """Pixels are divided by their scale twice."""
    graph.initializer.append(numpy_helper.from_array(np.array(1 / 128, np.float32), "planted"))
    _before(graph, "Mul", "planted")


def perturbed_weight(graph: onnx.GraphProto) -> None:
    """Half of the first layer's filters are lost."""
    weights = {weight.name: weight for weight in graph.initializer}
    weight = weights[next(node.input[1] for node in graph.node if node.op_type == "Conv")]
    values = numpy_helper.to_array(weight).copy()
    values[::2] = 0
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))


def _before(graph: onnx.GraphProto, op: str, constant: str, **attributes: int) -> None:
    source = graph.input[0].name
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name == source:
                node.input[i] = "altered"
    graph.node.insert(0, helper.make_node(op, [source, constant], ["altered"], **attributes))


PLANTED = [swapped_channels, wrong_normalisation, perturbed_weight]
Altered = Callable[..., Bundle]


@pytest.fixture(scope="module")
def altered(small_face: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Altered:
    """The face bundle with another embedder; name, version and signature stay."""

    def build(change: Callable[[onnx.GraphProto], None]) -> Bundle:
        model = onnx.load(str(small_face.graph_path("embed")))
        change(model.graph)
        files: dict[str, Path | bytes] = {file: small_face.path / file for file in small_face.spec.files}
        files[small_face.graph("embed").file] = model.SerializeToString()
        return Bundle.build(small_face.spec, files, tmp_path_factory.mktemp("altered"))

    return build


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHSQ_DATA", str(tmp_path / "nothing"))


@pytest.mark.data
def test_a_face_bundle_decides_alike_as_served_and_as_exported(small_face: Bundle, reference: Reference) -> None:
    found = parity_gate(small_face, reference=reference)
    assert found.passes(), found.failures
    assert {part.graph for part in found.graphs} == set(small_face.spec.graphs)
    assert not any(part.seeded for part in found.graphs)
    kinds = {part.kind: part for part in found.decisions}
    assert set(kinds) == {"faces in a photo", "quality for enrolment", "quality for probe", "match"}
    assert kinds["match"].n + kinds["match"].in_band == 20 * 19 / 2
    assert kinds["match"].outcomes == 2, "both decisions occur"


@pytest.mark.data
@pytest.mark.parametrize("change", PLANTED, ids=lambda change: change.__name__)
def test_a_planted_mismatch_is_caught_in_scores_and_in_decisions(
    small_face: Bundle, altered: Altered, reference: Reference, change
) -> None:
    """Also the case of another version under the same name: the bundles differ in content alone."""
    wrong = altered(change)
    assert (wrong.name, wrong.version) == (small_face.name, small_face.version) and wrong.sha256 != small_face.sha256
    found = parity_gate(small_face, against=wrong, reference=reference)
    assert {part.graph: part.passes for part in found.graphs} == {"detect": True, "embed": False}
    match = next(part for part in found.decisions if part.kind == "match")
    assert match.agree < match.n and match.examples
    assert len(found.failures) == 2, found.failures


@pytest.mark.data
@pytest.mark.triton
def test_on_triton_parity_holds_another_version_is_refused_and_a_swapped_file_is_caught(
    small_face: Bundle, altered: Altered, reference: Reference, served, triton_server
) -> None:
    there = served(small_face)
    found = parity_gate(small_face, reference=reference, other=there, where="on Triton")
    assert found.passes(), found.failures
    wrong = altered(swapped_channels)
    with pytest.raises(RuntimeUnavailableError, match="does not serve"):
        parity_gate(
            wrong, other=TritonRunner(wrong, triton_server.url), reference=Reference(wrong, reference.items, threads=1)
        )
    models = export(small_face, triton_server.repository, variant="python")
    (embed,) = (model for model in models if model.name.endswith("__embed"))
    (embed.path / "model.onnx").write_bytes(wrong.graph_path("embed").read_bytes())
    load_model(triton_server.url, embed.name)
    found = parity_gate(small_face, reference=reference, other=TritonRunner(small_face, triton_server.url))
    assert [failure.split(" (")[0] for failure in found.failures] == ["graph embed", "match"]


@pytest.mark.usefixtures("no_data")
def test_without_data_the_package_s_samples_reach_every_graph_of_a_plate_bundle() -> None:
    bundle = shipped("plate-zhsq")
    found = parity_gate(bundle, threads=1)
    assert found.passes(), found.failures
    assert found.source == SAMPLES
    assert not any(part.seeded for part in found.graphs)
    assert {part.graph for part in found.graphs} == set(bundle.spec.graphs)
    assert {part.kind for part in found.decisions} == {
        "text of a plate",
        "class of a plate",
        "accept",
        "plates in a photo",
        "best text in a photo",
    }


def test_an_anomaly_bundle_decides_alike_and_a_changed_bank_is_caught(
    anomaly_bundle: Bundle, drawn, tmp_path: Path
) -> None:
    items = items_for("video-anomaly", str(drawn.root), limit=40)
    reference = Reference(anomaly_bundle, items, threads=1)
    found = parity_gate(anomaly_bundle, reference=reference)
    assert found.passes(), found.failures
    assert {part.kind: part.outcomes > 1 for part in found.decisions} == {"alert": True, "regions of a frame": True}
    model = onnx.load(str(anomaly_bundle.graph_path("score")))
    (spread,) = (weight for weight in model.graph.initializer if weight.name == "motion.spread")
    spread.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(spread) * 3, spread.name))
    files: dict[str, Path | bytes] = {file: anomaly_bundle.path / file for file in anomaly_bundle.spec.files}
    files["score.onnx"] = model.SerializeToString()
    wrong = Bundle.build(anomaly_bundle.spec, files, tmp_path)
    found = parity_gate(anomaly_bundle, against=wrong, reference=reference)
    assert {failure.split(" (")[0] for failure in found.failures} >= {"graph score", "alert"}


@pytest.mark.data
def test_openvino_decides_as_onnx_runtime(small_face: Bundle, reference: Reference) -> None:
    pytest.importorskip("openvino", reason="the extra 'openvino' is not installed")
    from zhsq.runtime.openvino import OpenVinoRunner

    found = parity_gate(small_face, reference=reference, other=OpenVinoRunner(small_face, 1), where="in OpenVINO")
    assert found.passes(), found.failures
    assert found.max_rel > 0, "it is another engine"


@pytest.mark.data
def test_in_16_bits_decisions_hold_and_a_detector_in_8_is_refused(
    small_face: Bundle, reference: Reference, tmp_path: Path
) -> None:
    half = variant(small_face, "fp16", tmp_path, graphs=["embed"])
    assert half.name == "face-mobilefacenet.fp16" and half.spec.provenance.parents == (small_face.sha256,)
    found = parity_gate(small_face, against=half, reference=reference)
    assert {part.graph: part.precision for part in found.graphs} == {"detect": "fp32", "embed": "fp16"}
    assert found.passes() and found.max_rel > 0, found.failures
    few = Items("six of them", photos=reference.items.photos[:6])
    eight = variant(small_face, "int8", tmp_path, few, graphs=["detect"])
    found = parity_gate(small_face, against=eight, reference=reference)
    assert any(failure.startswith("graph detect (int8)") for failure in found.failures)


def test_8_bits_need_pictures_and_a_graph_that_can_be_quantised(small_face: Bundle, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="8 bits need pictures"):
        variant(small_face, "int8", tmp_path)
    with pytest.raises(BundleError, match="beside the test set"):
        calibration_pictures("face")
    with pytest.raises(BundleError, match="No graph of plate-zhsq can be brought to fp16"):
        variant(shipped("plate-zhsq"), "fp16", tmp_path, graphs=["read"])


def test_two_bundles_of_different_tasks_are_refused(small_face: Bundle) -> None:
    with pytest.raises(BundleError, match="is for face, plate-zhsq for plate"):
        parity_gate(small_face, against=shipped("plate-zhsq"))


def test_a_named_folder_that_holds_no_pictures_for_the_task_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,plate\n")
    with pytest.raises(DataSetError):
        items_for("face", str(tmp_path))


@pytest.mark.usefixtures("no_data")
def test_the_command_prints_both_levels_and_its_exit_code_is_the_verdict(tmp_path: Path) -> None:
    record = tmp_path / "p.json"
    bundle = shipped("plate-zhsq")
    done = CliRunner().invoke(app, ["parity", str(bundle.path), "--json", str(record)])
    assert done.exit_code == 0, done.output
    assert "the same decisions" in done.output and "accept" in done.output
    written = json.loads(record.read_text("utf-8"))
    assert written["passes"] and {part["graph"] for part in written["graphs"]} == set(bundle.spec.graphs)
    model = onnx.load(str(bundle.graph_path("refine")))
    swapped_channels(model.graph)
    files: dict[str, Path | bytes] = {file: bundle.path / file for file in bundle.spec.files}
    files["refine.onnx"] = model.SerializeToString()
    wrong = Bundle.build(bundle.spec, files, tmp_path / "store")
    done = CliRunner().invoke(app, ["parity", str(bundle.path), "--against", str(wrong.path)])
    assert done.exit_code == 1, done.output
    assert "graph refine (fp32)" in done.output
