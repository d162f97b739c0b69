"""A bundle is refused when anything in it was touched, is missing, or does not belong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from zhsq.errors import BundleError
from zhsq.models.bundle import SPEC_FILE, Bundle, BundleSpec, GraphSpec, Provenance, TensorSpec


def make(store: Path, content: bytes = b"graph", **changes: object) -> Bundle:
    graph = GraphSpec(
        file="model.onnx",
        inputs=(TensorSpec(name="x", shape=(-1, 3)),),
        outputs=(TensorSpec(name="y", shape=(-1, 1)),),
    )
    fields = {
        "task": "face",
        "name": "tiny",
        "version": "1.0.0",
        "graphs": {"embed": graph},
        "provenance": Provenance(built_by="test"),
        **changes,
    }
    return Bundle.build(BundleSpec.model_validate(fields), {"model.onnx": content, "notes/card.md": b"card"}, store)


def test_a_built_bundle_loads_and_names_every_file(tmp_path: Path) -> None:
    built = make(tmp_path)
    loaded = Bundle.load(built.path)
    assert loaded.spec == built.spec
    assert set(loaded.spec.files) == {"model.onnx", "notes/card.md"}
    assert loaded.graph_path("embed").read_bytes() == b"graph"


def test_the_same_content_has_the_same_address_and_other_content_another(tmp_path: Path) -> None:
    assert make(tmp_path / "a").sha256 == make(tmp_path / "b").sha256
    assert make(tmp_path / "a").path == make(tmp_path / "a").path
    assert make(tmp_path / "a").sha256 != make(tmp_path / "a", content=b"other").sha256
    assert make(tmp_path / "a").sha256 != make(tmp_path / "a", params={"size": 112}).sha256


def test_a_changed_graph_is_refused_by_name(tmp_path: Path) -> None:
    bundle = make(tmp_path)
    (bundle.path / "model.onnx").write_bytes(b"grapH")
    with pytest.raises(BundleError, match=r"model\.onnx was changed"):
        Bundle.load(bundle.path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    bundle = make(tmp_path)
    (bundle.path / "notes" / "card.md").unlink()
    with pytest.raises(BundleError, match=r"misses notes/card\.md"):
        Bundle.load(bundle.path)


def test_a_file_that_was_put_in_later_is_refused(tmp_path: Path) -> None:
    bundle = make(tmp_path)
    (bundle.path / "extra.bin").write_bytes(b"?")
    with pytest.raises(BundleError, match=r"extra\.bin"):
        Bundle.load(bundle.path)


@pytest.mark.parametrize("field", ["params", "version", "task"])
def test_an_edited_spec_is_refused(tmp_path: Path, field: str) -> None:
    bundle = make(tmp_path)
    spec = yaml.safe_load((bundle.path / SPEC_FILE).read_text())
    spec[field] = {"params": {"threshold": 0}, "version": "9.9.9", "task": "plate"}[field]
    (bundle.path / SPEC_FILE).write_text(yaml.safe_dump(spec))
    with pytest.raises(BundleError, match="changed after the bundle was built"):
        Bundle.load(bundle.path)


@pytest.mark.parametrize("text", ["][", "just words", "format: 1\ntask: gait\n"])
def test_a_spec_that_is_no_spec_is_refused(tmp_path: Path, text: str) -> None:
    bundle = make(tmp_path)
    (bundle.path / SPEC_FILE).write_text(text)
    with pytest.raises(BundleError, match=r"bundle\.yaml"):
        Bundle.load(bundle.path)


def test_a_folder_without_a_spec_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="not a bundle"):
        Bundle.load(tmp_path)


def test_a_file_name_that_leaves_the_bundle_is_refused(tmp_path: Path) -> None:
    graph = GraphSpec(
        file="../x.onnx", inputs=(TensorSpec(name="x", shape=(1,)),), outputs=(TensorSpec(name="y", shape=(1,)),)
    )
    spec = BundleSpec(
        task="face", name="bad", version="1.0.0", graphs={"g": graph}, provenance=Provenance(built_by="test")
    )
    with pytest.raises(BundleError, match="leaves the bundle"):
        Bundle.build(spec, {"../x.onnx": b""}, tmp_path / "store")
    assert not list((tmp_path / "store").iterdir()), "a failed build leaves nothing behind"


def test_a_graph_without_its_file_is_not_built(tmp_path: Path) -> None:
    spec = make(tmp_path).spec
    with pytest.raises(BundleError, match=r"model\.onnx was not given"):
        Bundle.build(spec, {"other.onnx": b""}, tmp_path)


def test_an_unknown_graph_or_threshold_names_what_is_there(tmp_path: Path) -> None:
    bundle = make(tmp_path)
    with pytest.raises(BundleError, match="It has: embed"):
        bundle.graph("detect")
    with pytest.raises(BundleError, match="no threshold 'verify'"):
        bundle.threshold("verify")
