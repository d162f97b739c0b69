"""Presentation-attack detection: the exported networks are the published ones, fed as their makers feed them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from zhsq.data import attacks
from zhsq.data.lfw import photos
from zhsq.data.registry import DataSet
from zhsq.errors import DownloadError, MissingExtraError, NoFaceError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.build_liveness import build_liveness, export, load_network
from zhsq.models.face.detect import Face
from zhsq.models.face.liveness import LivenessPipeline, crop
from zhsq.models.face.liveness_weights import MINIFASNET_V1SE, MINIFASNET_V2
from zhsq.models.zoo.recipes import default
from zhsq.runtime.onnx import OnnxRunner

torch = pytest.importorskip("torch", reason="the extra 'research' is not installed")

LANDMARKS = np.zeros((5, 2), dtype=np.float32)


@pytest.fixture(scope="module")
def bundle(home: Path) -> Bundle:
    try:
        return default("face-liveness")
    except DownloadError as error:
        pytest.skip(f"the weights of face-liveness are out of reach: {error.message}")


@pytest.fixture(scope="module")
def pipeline(bundle: Bundle) -> LivenessPipeline:
    return LivenessPipeline(bundle, OnnxRunner(bundle, threads=1))


def test_the_exported_networks_give_what_torch_gives(bundle: Bundle) -> None:
    runner = OnnxRunner(bundle, threads=1)
    pixels = (np.random.default_rng(0).random((3, 3, 80, 80)) * 255).astype(np.float32)
    for graph, weight in (("v2", MINIFASNET_V2), ("v1se", MINIFASNET_V1SE)):
        with torch.no_grad():
            wanted = load_network(weight)(torch.from_numpy(pixels)).numpy()
        for n in (1, 3):  # exported with a batch of one; the batch must be free
            got = runner.run(graph, {"image": pixels[:n]})["probabilities"]
            np.testing.assert_allclose(got, wanted[:n], atol=1e-5)
        np.testing.assert_allclose(wanted.sum(axis=1), 1, atol=1e-5)


def test_the_two_networks_are_as_large_as_published(bundle: Bundle) -> None:
    # README_EN.md, table: V2 has 0.435 M parameters, V1 0.414 M; V1SE adds attention to three blocks of V1:
    # 2 * 64 * 16 + 2 * 128 * 32 * 2 weights and 2 * (16 + 64) + 2 * 2 * (32 + 128) of normalisation = 19,232.
    def size(weight: object) -> int:
        return sum(p.numel() for p in load_network(weight).parameters())

    assert size(MINIFASNET_V2) == pytest.approx(435_000, abs=500)
    assert size(MINIFASNET_V1SE) - 19_232 == pytest.approx(414_000, abs=500)


def test_the_same_weights_give_the_same_bundle(bundle: Bundle, tmp_path: Path) -> None:
    assert build_liveness(tmp_path).sha256 == bundle.sha256
    network = load_network(MINIFASNET_V2)
    assert export(network) == export(network)


def test_the_score_is_the_mean_of_both_networks_on_undivided_blue_green_red(pipeline: LivenessPipeline) -> None:
    image = np.random.default_rng(1).integers(0, 256, (200, 150, 3), dtype=np.uint8)
    image[..., 0] //= 4  # little red, so that a swapped order is seen
    face = Face((50.0, 60.0, 99.0, 119.0), 0.9, LANDMARKS)
    wanted = np.zeros(3)
    for weight, scale in ((MINIFASNET_V2, 2.7), (MINIFASNET_V1SE, 4.0)):
        seen = crop(image, face.box, scale, 80)
        bgr = torch.from_numpy(np.stack([seen[..., 2], seen[..., 1], seen[..., 0]]).astype(np.float32))
        with torch.no_grad():
            wanted += load_network(weight)(bgr[None])[0].numpy() / 2
    np.testing.assert_allclose(pipeline.probabilities(image, [face, face]), [wanted, wanted], atol=1e-5)
    assert pipeline.score(image, face) == pytest.approx(wanted[1], abs=1e-5)


def test_no_face_no_probability(pipeline: LivenessPipeline) -> None:
    grey = np.full((120, 160, 3), 127, dtype=np.uint8)
    assert pipeline.probabilities(grey, []).shape == (0, 3)
    with pytest.raises(NoFaceError, match=r"in door\.jpg"):
        pipeline.assess(grey, name="door.jpg")


@pytest.mark.parametrize(
    ("box", "scale", "first", "last"),
    [
        # 20 pixels about 50, times 2: 30 to 70.
        ((40, 40, 59, 59), 2.0, 30, 70),
        # 20 pixels about 10, times 2: -10 to 30, shifted by 10.
        ((0, 0, 19, 19), 2.0, 0, 40),
        # 20 pixels about 90, times 2: 70 to 110, shifted by 11 to end on pixel 99.
        ((80, 80, 99, 99), 2.0, 59, 99),
        # 40 pixels times 4 would be 160: held back to 99, the whole photo.
        ((30, 30, 69, 69), 4.0, 0, 99),
    ],
)
def test_the_crop_is_the_enlarged_box_kept_inside(
    box: tuple[float, float, float, float], scale: float, first: int, last: int
) -> None:
    image = np.random.default_rng(2).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    size = last - first + 1  # asked for at its own size, so that the resize changes nothing
    assert (crop(image, box, scale, size) == image[first : last + 1, first : last + 1]).all()


@pytest.mark.parametrize("box", [(-30, -20, 10, 15), (90, 95, 140, 150), (-50, -50, 200, 200), (60, 60, 60, 60)])
def test_a_box_that_leaves_the_photo_still_gives_a_crop(box: tuple[float, float, float, float]) -> None:
    image = np.zeros((100, 100, 3), dtype=np.uint8)
    assert crop(image, box, 2.7, 80).shape == (80, 80, 3)


def test_thresholds_are_the_makers_and_terms_are_carried(bundle: Bundle) -> None:
    assert bundle.threshold("live").value == 0.5 and bundle.threshold("live-strict").value == 0.915
    assert {threshold.data for threshold in bundle.spec.thresholds} == {"none"}
    assert bundle.spec.labels[bundle.spec.params["live"]] == "live"
    assert {licence.spdx for licence in bundle.spec.weights_licences} == {"Apache-2.0"}
    assert all(licence.deployable is None for licence in bundle.spec.training_data_licences)


def test_without_torch_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "zhsq.models.face.minifasnet", raising=False)
    with pytest.raises(MissingExtraError, match="'research'"):
        load_network(MINIFASNET_V2)


@pytest.mark.data
def test_photos_pass_and_prints_with_a_border_do_not(pipeline: LivenessPipeline, lfw: DataSet) -> None:
    found = list(photos(lfw))
    chosen = [decode_image(photo) for photo in found[:: len(found) // 12][:12]]
    live = [pipeline.assess(attacks.bona_fide(photo, seed=i)).live for i, photo in enumerate(chosen)]
    printed = [
        pipeline.assess(attacks.attack(photo, "print", scene=chosen[i - 1], seed=i)).live
        for i, photo in enumerate(chosen)
    ]
    assert np.median(live) > 0.8
    assert np.median(printed) < 0.1
