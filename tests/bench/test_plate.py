"""The plate benchmarks on the real bundle: whole sets, a part in another folder, a broken image."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from zhsq.bench.plate import calibrate, run_end_to_end, run_reading
from zhsq.bench.result import BenchOptions
from zhsq.data.registry import DataSet, Layout, locate
from zhsq.models.bundle import Bundle

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


def test_plates_cn_is_read_above_the_bar_and_the_shipped_threshold_is_reproduced(
    plate_bundle: Bundle, plates_cn: DataSet
) -> None:
    seen: list[tuple[int, int]] = []
    options = BenchOptions(progress=lambda done, total, what: seen.append((done, total)))
    result = run_reading(plate_bundle, plates_cn, options)
    report = result.report
    assert report.n == 507
    assert report.metrics["exact_match"].value >= 0.97
    assert report.metrics["exact_match"].low < report.metrics["exact_match"].value
    assert report.metrics["cer"].value < 0.02
    assert report.protocol == "exact-match-v1"
    assert report.details["accept"]["n"] == 507 - 93
    assert report.details["accept"]["error_among_accepted"]["value"] < 0.01
    assert any("undeclared" in note for note in report.notes)
    assert any("皖" in note for note in report.notes)
    assert seen[-1] == (507, 507)
    assert {key: len(values) for key, values in result.trials.items()} == dict.fromkeys(
        ("confidence", "correct", "truth", "read", "file"), 507
    )
    assert result.trials["correct"].mean() == pytest.approx(report.metrics["exact_match"].value)
    assert calibrate(plate_bundle, plates_cn, BenchOptions()) == plate_bundle.threshold("accept")


def test_ccpd_samples_are_found_and_read_above_the_bar(plate_bundle: Bundle, ccpd_samples: DataSet) -> None:
    result = run_end_to_end(plate_bundle, ccpd_samples, BenchOptions())
    assert result.report.n == 25
    assert result.trials["correct"].sum() >= 20
    assert result.report.metrics["exact_match"].value == pytest.approx(result.trials["correct"].mean())
    assert result.report.metrics["detection_iou_0.7"].value > 0.8
    assert len(result.report.details["failures"]) == 25 - result.trials["correct"].sum()


def test_part_of_a_set_in_another_folder_is_measured_the_same_way(
    plate_bundle: Bundle, plates_cn: DataSet, tmp_path: Path
) -> None:
    data = part(plates_cn, tmp_path / "mine", 30, "")
    result = run_reading(plate_bundle, data, BenchOptions())
    assert result.report.n == 30
    assert result.report.data.name == "mine"
    assert result.report.data.release.startswith("folder, labels.csv sha256")
    whole = run_reading(plate_bundle, plates_cn, BenchOptions(resamples=1))
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
    assert first.report.protocol == "exact-match-v1, subset of 12, seed 5"
    assert np.array_equal(first.trials["file"], again.trials["file"])
    other = run_reading(plate_bundle, plates_cn, BenchOptions(limit=12, seed=6))
    assert not np.array_equal(first.trials["file"], other.trials["file"])
