"""1:N and calibration on folders of one's own: a few people of LFW, no list of pairs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zhsq.bench import face_identification
from zhsq.bench.calibration import calibrate
from zhsq.bench.result import BenchOptions
from zhsq.data.lfw import photos
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.models.face.calibration import Calibration

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def site(lfw: DataSet, tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """Sixteen people with three photos each and eight with one, one folder a person, at the root."""
    root = tmp_path_factory.mktemp("site")
    folders = sorted(folder for folder in (lfw.root / "lfw-deepfunneled").iterdir())
    several = [folder for folder in folders if len(list(folder.iterdir())) >= 3][:16]
    single = [folder for folder in folders if len(list(folder.iterdir())) == 1][:8]
    for folder in (*several, *single):
        (root / folder.name).mkdir()
        for photo in sorted(folder.iterdir())[:3]:
            shutil.copyfile(photo, root / folder.name / photo.name)
    return locate(str(root), "lfw", labels=False)


def test_photos_are_found_at_the_root_and_one_folder_down(site: DataSet, tmp_path: Path) -> None:
    assert len(photos(site)) == 16 * 3 + 8
    shutil.copytree(site.root, tmp_path / "down" / "photos")
    below = locate(str(tmp_path / "down"), "lfw", labels=False)
    assert sorted(photos(below).values()) == sorted(photos(site).values())
    assert below.release.startswith("folder, file names sha256")


def test_a_folder_without_photos_is_named(tmp_path: Path) -> None:
    (tmp_path / "somebody").mkdir()
    (tmp_path / "somebody" / "notes.txt").write_text("no photo")
    with pytest.raises(DataSetError, match="has no folder lfw-deepfunneled"):
        photos(locate(str(tmp_path), "lfw", labels=False))
    with pytest.raises(DataSetError, match=r"no pairs\.txt"):
        locate(str(tmp_path), "lfw")


def test_people_are_told_apart_and_every_figure_has_its_interval(site: DataSet, face_bundle: Bundle) -> None:
    result = face_identification.run(face_bundle, site, BenchOptions(resamples=30, gallery_size=10))
    report = result.report
    assert report.task == "face-identification" and report.details["gallery_size"] == 10
    assert report.details["mated_probes"] == 20 and report.details["non_mated_probes"] == 6 * 3 + 8
    assert report.metrics["rank_1"].value > 0.85
    assert report.metrics["fta"].value == 0
    assert all(0 <= figure.low <= figure.high <= 1 for figure in report.metrics.values())
    assert report.metrics["rank_1"].low <= report.metrics["rank_1"].value <= report.metrics["rank_1"].high
    assert any("rule of 30" in note for note in report.notes)
    assert [row["gallery_size"] for row in report.details["by_gallery_size"]] == [10, 12]
    assert len({len(values) for values in result.trials.values()}) == 1


def test_a_gallery_larger_than_the_set_names_the_way_out(site: DataSet, face_bundle: Bundle) -> None:
    with pytest.raises(DataSetError, match="up to 12 people, and 1000 were asked for"):
        face_identification.run(face_bundle, site, BenchOptions(gallery_size=1000))


def test_photos_of_one_person_are_no_open_set(lfw: DataSet, face_bundle: Bundle, tmp_path: Path) -> None:
    folder = next(f for f in sorted((lfw.root / "lfw-deepfunneled").iterdir()) if len(list(f.iterdir())) >= 2)
    shutil.copytree(folder, tmp_path / "one" / folder.name)
    with pytest.raises(DataSetError, match="fewer than two people"):
        face_identification.run(face_bundle, locate(str(tmp_path / "one"), "lfw", labels=False), BenchOptions())


def test_a_calibration_says_how_far_the_threshold_moved(site: DataSet, face_bundle: Bundle, tmp_path: Path) -> None:
    first = calibrate(face_bundle, site, 10, 0.05, BenchOptions(resamples=30))
    assert first.threshold.method == "measured" and first.sha256 == face_bundle.sha256
    assert first.moved[0].by == pytest.approx(first.threshold.value - face_bundle.threshold("verify").value)
    sizes = [item.gallery_size for item in first.thresholds]
    assert sizes == sorted(sizes) and sizes[-1] == 100_000
    values = [first.at(size).value for size in (1, *sizes, 10**6)]
    assert values == sorted(values), "more people never make the threshold more lenient"
    path = tmp_path / "h.json"
    path.write_text(first.model_dump_json())
    again = Calibration.load(path)
    assert again == first
    second = calibrate(face_bundle, site, 1000, 0.05, BenchOptions(resamples=30), before=again)
    assert second.threshold.method == "extrapolated" and any("extrapolated" in note for note in second.notes)
    assert second.moved[1].value == again.at(1000).value
    assert again.at(10**6).value == max(item.value for item in again.thresholds)


def test_a_calibration_of_another_bundle_or_of_nonsense_is_refused(
    site: DataSet, face_bundle: Bundle, tmp_path: Path
) -> None:
    found = calibrate(face_bundle, site, 10, 0.05, BenchOptions(resamples=5))
    with pytest.raises(ZhsqError, match="is in use"):
        found.model_copy(update={"sha256": "0" * 64}).require(face_bundle)
    (tmp_path / "bad.json").write_text('{"format": 1}')
    with pytest.raises(ZhsqError, match="is not a calibration"):
        Calibration.load(tmp_path / "bad.json")
    with pytest.raises(ZhsqError, match="can't be read"):
        Calibration.load(tmp_path / "none.json")


def test_the_command_writes_what_serving_reads(site: DataSet, home: Path, tmp_path: Path) -> None:
    target = tmp_path / "H.json"
    command = [str(Path(sys.executable).parent / "zhsq"), "calibrate", "--data", str(site.root), "--gallery-size", "12"]
    done = subprocess.run(
        [*command, "--fpir", "0.05", "--json", str(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "moved by" in done.stdout and "thresholds for FPIR 0.05" in done.stdout
    body = json.loads(target.read_text())
    assert body["gallery_size"] == 12 and body["fpir"] == 0.05 and body["evidence"]["people"] == 24
    assert body["command"].startswith("zhsq calibrate --data")
    wrong = subprocess.run([*command, "--fpir", "1.5"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2 and "--fpir is 1.5" in wrong.stderr
