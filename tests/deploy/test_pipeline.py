"""A pipeline's versions: what was exported is what runs, and nothing written is touched again."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from zhsq.deploy import pipeline
from zhsq.deploy.repository import export, verify_version, versions
from zhsq.errors import BundleError
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate


@pytest.fixture
def bundle(home) -> Bundle:
    return resolve("plate-zhsq")


def test_a_version_holds_the_code_the_whole_bundle_and_where_graphs_run(bundle: Bundle, tmp_path: Path) -> None:
    models = export(bundle, tmp_path, variant="python", pipeline=True)
    assert models[-1].name == "plate-zhsq", "the pipeline loads after the graphs that it may ask"
    version = tmp_path / "plate-zhsq" / "1"
    assert {item.name for item in version.iterdir()} == {"model.py", "code.zip", "bundle", "bundle.json"}
    assert Bundle.load(version / "bundle").sha256 == bundle.sha256
    card = json.loads((version / "bundle.json").read_text("utf-8"))
    assert (card["sha256"], card["pipeline"]["graphs"]) == (bundle.sha256, "inside")
    assert [field["name"] for field in card["pipeline"]["signature"]["inputs"]] == ["image", "kind"]
    (version / "bundle" / "read.onnx").write_bytes(b"touched")
    with pytest.raises(BundleError, match=r"read\.onnx was changed"):
        verify_version(version)


def test_the_archived_code_answers_alone(bundle: Bundle, tmp_path: Path) -> None:
    """In a fresh Python that can't import zhsq from anywhere else."""
    export(bundle, tmp_path, variant="python", pipeline=True)
    (tmp_path / "plate.jpg").write_bytes(jpeg(plate()))
    program = f"""
import sys
from pathlib import Path
sys.path = [p for p in sys.path if not p.rstrip("/").endswith("/src")]
sys.meta_path = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
folder = Path({str(tmp_path / "plate-zhsq" / "1")!r})
sys.path.insert(0, str(folder / "code.zip"))
import zhsq
assert "code.zip" in zhsq.__file__, zhsq.__file__
from zhsq.models.answering import Call, open_answering
from zhsq.models.bundle import Bundle
from zhsq.runtime.onnx import OnnxRunner
bundle = Bundle.load(folder / "bundle")
answering = open_answering(bundle, OnnxRunner(bundle, 1))
answering.warm()
(answer,) = answering([Call(Path({str(tmp_path / "plate.jpg")!r}).read_bytes())])
sys.stdout.buffer.write(answer["text"][0])
assert not {{"torch", "mlflow", "zhsq.models.zoo", "zhsq.training"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == PLATE_TEXT


def test_the_archive_is_the_same_bytes_each_time_and_holds_no_weights() -> None:
    first = pipeline.code_archive()
    assert first == pipeline.code_archive()
    assert len(first) < 400_000


def test_the_same_is_not_written_twice_but_other_code_or_another_place_of_graphs_is_another_version(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers() -> list[int]:
        export(bundle, tmp_path, variant="python", pipeline=True)
        return list(versions(tmp_path / "plate-zhsq"))

    assert numbers() == [1]
    assert numbers() == [1]
    export(bundle, tmp_path, variant="python", pipeline=True, graphs="served")
    assert list(versions(tmp_path / "plate-zhsq")) == [1, 2]
    assert versions(tmp_path / "plate-zhsq")[2]["pipeline"]["models"] == {"locate": 1, "read": 1, "refine": 1}
    changed = [(name, content + b"\n# changed\n") for name, content in pipeline._code()]
    monkeypatch.setattr(pipeline, "_code", lambda: iter(changed))
    assert numbers() == [1, 2, 3], "another zhsq is another pipeline, though the bundle is the same"
    with zipfile.ZipFile(tmp_path / "plate-zhsq" / "1" / "code.zip") as old:
        assert b"# changed" not in old.read("zhsq/errors.py")
    assert list(versions(tmp_path / "plate-zhsq__read")) == [1], "its graphs were written once"


def test_on_nvidias_image_the_graphs_are_served(bundle: Bundle, tmp_path: Path) -> None:
    export(bundle, tmp_path, variant="onnxruntime", pipeline=True)
    assert versions(tmp_path / "plate-zhsq")[1]["pipeline"]["graphs"] == "served"


def test_a_task_without_a_pipeline_says_so_before_a_version_is_written(make_bundle, tmp_path: Path) -> None:
    tiny = make_bundle()
    liveness = Bundle(tiny.path, tiny.spec.model_copy(update={"task": "face-liveness"}))
    with pytest.raises(BundleError, match="no pipeline"):
        export(liveness, tmp_path, variant="python", pipeline=True)
    assert not (tmp_path / tiny.name).exists()
