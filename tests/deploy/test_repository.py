from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from zhsq.deploy.repository import export, versions, write_config
from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle


def config_of(folder: Path) -> model_config_pb2.ModelConfig:
    return text_format.Parse((folder / "config.pbtxt").read_text("utf-8"), model_config_pb2.ModelConfig())


def test_each_graph_becomes_a_model_whose_config_is_read_back_by_tritons_own_protobuf(
    make_bundle, tmp_path: Path
) -> None:
    bundle = make_bundle()
    models = export(bundle, tmp_path / "r", variant="python")
    assert [(m.name, m.version) for m in models] == [
        ("tiny.face-a__detect", 1),
        ("tiny.face-a__embed", 1),
        ("tiny.face-a__score", 1),
    ]
    embed = config_of(tmp_path / "r" / "tiny.face-a__embed")
    assert embed.name == "tiny.face-a__embed"
    assert embed.backend == "python"
    assert embed.max_batch_size == 64
    assert [(t.name, t.data_type, list(t.dims)) for t in embed.input] == [
        ("image", model_config_pb2.TYPE_FP32, [3, 8, 8])
    ]
    assert [(t.name, list(t.dims)) for t in embed.output] == [("embedding", [6])]
    assert embed.HasField("dynamic_batching")
    assert embed.parameters["zhsq_bundle_sha256_1"].string_value == bundle.sha256
    assert list(embed.version_policy.specific.versions) == [1]


def test_an_unbatched_graph_keeps_its_full_shape_and_is_never_batched(make_bundle, tmp_path: Path) -> None:
    export(make_bundle(), tmp_path, variant="onnxruntime")
    detect = config_of(tmp_path / "tiny.face-a__detect")
    assert detect.max_batch_size == 0
    assert not detect.HasField("dynamic_batching")
    assert list(detect.input[0].dims) == [1, 1, -1, -1]
    assert detect.input[0].data_type == model_config_pb2.TYPE_UINT8
    assert [t.data_type for t in detect.output] == [model_config_pb2.TYPE_FP32, model_config_pb2.TYPE_INT64]


def test_a_scalar_per_item_is_declared_by_a_reshape_because_triton_wants_a_dimension(
    make_bundle, tmp_path: Path
) -> None:
    export(make_bundle(), tmp_path, variant="onnxruntime")
    output = config_of(tmp_path / "tiny.face-a__score").output[0]
    assert list(output.dims) == [1]
    assert output.HasField("reshape")
    assert list(output.reshape.shape) == []


def test_the_two_variants_differ_in_backend_and_in_the_files_they_need(make_bundle, tmp_path: Path) -> None:
    bundle = make_bundle()
    export(bundle, tmp_path / "python", variant="python")
    export(bundle, tmp_path / "onnxruntime", variant="onnxruntime")
    for variant in ("python", "onnxruntime"):
        folder = tmp_path / variant / "tiny.face-a__embed"
        config = config_of(folder)
        assert config.backend == variant
        assert (folder / "1" / "model.onnx").read_bytes() == bundle.graph_path("embed").read_bytes()
        assert (folder / "1" / "model.py").exists() == (variant == "python")
        assert (folder / "labels.txt").read_text("utf-8") == "小\nb\n"
        assert yaml.safe_load((folder / "1" / "bundle.yaml").read_text("utf-8"))["content_sha256"] == bundle.sha256
    nvidia = config_of(tmp_path / "onnxruntime" / "tiny.face-a__embed")
    assert nvidia.platform == "onnxruntime_onnx"
    assert nvidia.instance_group[0].kind == model_config_pb2.ModelInstanceGroup.KIND_AUTO


def test_the_same_bundle_is_not_exported_twice(make_bundle, tmp_path: Path) -> None:
    bundle = make_bundle()
    export(bundle, tmp_path / "r", variant="python")
    again = export(Bundle.load(bundle.path), tmp_path / "r", variant="python")
    assert [(m.version, m.fresh) for m in again] == [(1, False)] * 3
    assert list(versions(tmp_path / "r" / "tiny.face-a__embed")) == [1]


def test_another_bundle_takes_the_next_version_and_the_newest_two_stay_served(make_bundle, tmp_path: Path) -> None:
    bundles = [make_bundle(f"1.0.{i}", seed=i) for i in range(3)]
    for number, bundle in enumerate(bundles, start=1):
        assert {m.version for m in export(bundle, tmp_path / "r", variant="python")} == {number}
    config = config_of(tmp_path / "r" / "tiny.face-a__embed")
    assert list(config.version_policy.specific.versions) == [2, 3]
    for number, bundle in enumerate(bundles, start=1):
        assert config.parameters[f"zhsq_bundle_sha256_{number}"].string_value == bundle.sha256
    assert (tmp_path / "r" / "tiny.face-a__embed" / "1" / "model.onnx").exists(), "old versions stay on disk"


def test_a_version_is_never_overwritten_by_another_bundle(make_bundle, tmp_path: Path) -> None:
    first = make_bundle("1.0.0", seed=1)
    export(first, tmp_path / "r", variant="python", version=4)
    with pytest.raises(BundleError, match="never overwritten"):
        export(make_bundle("1.0.1", seed=2), tmp_path / "r", variant="python", version=4)
    kept = tmp_path / "r" / "tiny.face-a__embed" / "4" / "model.onnx"
    assert kept.read_bytes() == first.graph_path("embed").read_bytes()


def test_an_exported_version_that_was_touched_is_refused(make_bundle, tmp_path: Path) -> None:
    bundle = make_bundle()
    export(bundle, tmp_path / "r", variant="python")
    model = tmp_path / "r" / "tiny.face-a__embed" / "1" / "model.py"
    model.write_text(model.read_text() + "\n# touched\n")
    with pytest.raises(BundleError, match=r"model\.py was changed"):
        export(bundle, tmp_path / "r", variant="python")
    model.unlink()
    with pytest.raises(BundleError, match=r"misses model\.py"):
        export(bundle, tmp_path / "r", variant="python")


def test_another_signature_under_the_same_name_is_refused(make_bundle, tmp_path: Path) -> None:
    export(make_bundle("1.0.0", width=6), tmp_path / "r", variant="python")
    with pytest.raises(BundleError, match="another signature") as caught:
        export(make_bundle("1.1.0", width=7), tmp_path / "r", variant="python")
    assert "another name" in caught.value.hint


def test_one_repository_holds_one_variant(make_bundle, tmp_path: Path) -> None:
    export(make_bundle(), tmp_path / "r", variant="python")
    with pytest.raises(BundleError, match="holds the variant python"):
        export(make_bundle(), tmp_path / "r", variant="onnxruntime")


def test_a_folder_of_someone_elses_is_not_overwritten(make_bundle, tmp_path: Path) -> None:
    theirs = tmp_path / "r" / "tiny.face-a__embed" / "1"
    theirs.mkdir(parents=True)
    (theirs / "model.onnx").write_bytes(b"theirs")
    with pytest.raises(BundleError, match="not written by zhsq"):
        export(make_bundle(), tmp_path / "r", variant="python")
    assert (theirs / "model.onnx").read_bytes() == b"theirs"


def test_no_draft_is_left_behind_and_the_card_names_every_file(make_bundle, tmp_path: Path) -> None:
    export(make_bundle(), tmp_path / "r", variant="python")
    folder = tmp_path / "r" / "tiny.face-a__embed"
    assert {f.name for f in folder.iterdir()} == {"1", "config.pbtxt", "labels.txt", "serving.json"}
    card = json.loads((folder / "1" / "bundle.json").read_text())
    assert set(card["files"]) | {"bundle.json"} == {f.name for f in (folder / "1").iterdir()}


def test_the_config_can_serve_chosen_versions(make_bundle, tmp_path: Path) -> None:
    for i in range(3):
        export(make_bundle(f"1.0.{i}", seed=i), tmp_path / "r", variant="python")
    folder = tmp_path / "r" / "tiny.face-a__embed"
    write_config(folder, served={3, 1})
    config = config_of(folder)
    assert list(config.version_policy.specific.versions) == [1, 3]
