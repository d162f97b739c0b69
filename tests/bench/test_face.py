"""LFW in part, in another folder: measured the same way, with failures counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhsq.bench import face
from zhsq.bench.result import BenchOptions
from zhsq.data import lfw as loader
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError
from zhsq.models.bundle import Bundle

pytestmark = pytest.mark.data


@pytest.fixture
def part(lfw: DataSet, tmp_path: Path) -> DataSet:
    """Two folds of six genuine and six impostor pairs, in a folder of another name."""
    pairs = loader.load(lfw)
    lines = (lfw.root / "pairs.txt").read_text().splitlines()[1:]
    chosen = [fold * 600 + kind * 300 + i for fold in range(2) for kind in range(2) for i in range(6)]
    root = tmp_path / "mine"
    for index in chosen:
        for photo in (pairs[index].left, pairs[index].right):
            target = root / "photos" / photo.parent.name / photo.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photo, target)
    (root / "pairs.txt").write_text("\n".join(["2\t6", *(lines[i] for i in chosen)]) + "\n")
    return locate(str(root), "lfw")


def test_a_part_in_another_folder_is_measured_the_same_way(part: DataSet, face_bundle: Bundle) -> None:
    report = face.run(face_bundle, part, BenchOptions(resamples=20)).report
    assert (report.n, report.protocol) == (24, "lfw-view2-10fold")
    assert report.data.release.startswith("folder, pairs.txt sha256")
    assert report.metrics["accuracy"].value > 0.9
    assert report.metrics["fta"].value == 0
    assert set(report.metrics) == {
        "accuracy", "tar_at_far_1e-2", "tar_at_far_1e-3", "tar_at_far_1e-4", "tar_at_far_1e-3_listed", "eer", "auc", "fta",
    }  # fmt: skip


def test_an_unreadable_photo_is_a_failure_that_counts(part: DataSet, face_bundle: Bundle) -> None:
    genuine = next(pair for pair in loader.load(part) if pair.genuine)
    genuine.left.write_bytes(genuine.left.read_bytes()[:500])
    result = face.run(face_bundle, part, BenchOptions(resamples=20))
    details = result.report.details
    assert details["failures_to_acquire"] == 1 and details["pairs_with_failure"] >= 1
    assert result.report.n == 24, "nothing is dropped"
    assert result.report.metrics["accuracy"].value < 1


@pytest.mark.parametrize(("line", "message"), [("Nobody\t1\t2", "is missing"), ("just words", "not 'name n m'")])
def test_a_wrong_line_is_named(part: DataSet, line: str, message: str) -> None:
    path = part.root / "pairs.txt"
    lines = path.read_text().splitlines()
    lines[3] = line
    path.write_text("\n".join(lines))
    with pytest.raises(DataSetError, match=f"line 4: .*{message}"):
        loader.load(part)


def test_a_short_list_of_pairs_is_refused(part: DataSet) -> None:
    path = part.root / "pairs.txt"
    path.write_text("\n".join(path.read_text().splitlines()[:-2]))
    with pytest.raises(DataSetError, match="promises 24 pairs and has 22"):
        loader.load(part)
