"""Presentation-attack detection measured end to end: on simulated attacks, and on a labelled folder."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from zhsq.bench import face_pad
from zhsq.bench.result import BenchOptions
from zhsq.data import attacks
from zhsq.data.lfw import photos
from zhsq.data.registry import DataSet, locate
from zhsq.errors import DataSetError, DownloadError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import default

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def bundle(home: Path) -> Bundle:
    pytest.importorskip("torch", reason="the extra 'research' is not installed")
    try:
        return default("face-liveness")
    except DownloadError as error:
        pytest.skip(f"the weights of face-liveness are out of reach: {error.message}")


@pytest.fixture
def folder(lfw: DataSet, tmp_path: Path) -> Path:
    """Four people, each bona fide and printed."""
    found = list(photos(lfw))
    chosen = [decode_image(photo) for photo in found[:: len(found) // 4][:4]]
    for i, photo in enumerate(chosen):
        for name, frame in (
            ("bona-fide", attacks.bona_fide(photo, seed=i)),
            ("attacks/print", attacks.attack(photo, "print", scene=chosen[i - 1], seed=i)),
        ):
            (tmp_path / name).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(tmp_path / name / f"person{i}_1.jpg"), np.ascontiguousarray(frame[..., ::-1]))
    return tmp_path


def test_simulated_attacks_are_measured_and_said_to_be_simulated(bundle: Bundle, lfw: DataSet) -> None:
    options = BenchOptions(limit=8, resamples=20, seed=5)
    result = face_pad.run(bundle, lfw, options)
    report = result.report
    assert (report.task, report.n) == ("face-pad", 8 * (1 + len(attacks.KINDS)))
    assert report.protocol == "iso-30107-3/simulated/subset-48"
    assert any("simulated" in note and "no certification" in note for note in report.notes)
    assert report.details["presentations"] == dict.fromkeys(("bona-fide", *sorted(attacks.KINDS)), 8)
    kinds = [f"apcer_{kind}" for kind in attacks.KINDS]
    assert report.metrics["apcer"].value == max(report.metrics[kind].value for kind in kinds)
    assert report.metrics["apcer_print"].value < 0.5
    assert report.details["score_quartiles"]["print"][1] < 0.5 < report.details["score_quartiles"]["bona-fide"][2]
    assert report.thresholds["live"].value == 0.5
    for kind in ("bona-fide", *attacks.KINDS):
        people = result.trials["person"][result.trials["kind"] == kind].tolist()
        assert len(set(people)) == 8, "one photo each of different people"
    again = face_pad.run(bundle, lfw, options)
    assert (again.trials["scores"] == result.trials["scores"]).all()


def test_a_labelled_folder_is_measured_as_it_is(bundle: Bundle, folder: Path) -> None:
    broken = folder / "attacks" / "print" / "person0_1.jpg"
    broken.write_bytes(broken.read_bytes()[:400])
    result = face_pad.run(bundle, locate(str(folder), "lfw", labels=False), BenchOptions(resamples=20))
    report = result.report
    assert (report.n, report.protocol) == (8, "iso-30107-3/labelled")
    assert report.details["presentations"] == {"bona-fide": 4, "print": 4}
    assert report.metrics["apnrr"].value == pytest.approx(1 / 4), "an unreadable photo is a non-response"
    assert report.metrics["apcer"] == report.metrics["apcer_print"]
    assert set(result.trials["person"].tolist()) == {f"person{i}" for i in range(4)}
    assert not any("simulated" in note for note in report.notes)


def test_a_kind_in_which_no_face_is_found_is_refused(bundle: Bundle, folder: Path) -> None:
    (folder / "attacks" / "wall").mkdir()
    cv2.imwrite(str(folder / "attacks" / "wall" / "a.png"), np.full((100, 100, 3), 90, np.uint8))
    with pytest.raises(DataSetError, match=r"none in: \['wall'\]"):
        face_pad.run(bundle, locate(str(folder), "lfw", labels=False), BenchOptions(resamples=20))


def test_a_folder_without_attacks_says_so(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "bona-fide").mkdir()
    (tmp_path / "bona-fide" / "a.jpg").touch()
    with pytest.raises(DataSetError, match="has no folder attacks"):
        face_pad.run(bundle, locate(str(tmp_path), "lfw", labels=False), BenchOptions())
