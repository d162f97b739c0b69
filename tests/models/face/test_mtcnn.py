"""MTCNN: its pieces by hand, the whole beside facenet-pytorch on real photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zhsq.errors import BundleError
from zhsq.imaging import RGBImage, decode_image
from zhsq.models.face import mtcnn_onnx
from zhsq.models.face.build import compose
from zhsq.models.face.mtcnn import Areas, levels
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.weights import MTCNN_PNET
from zhsq.models.zoo.weights import obtain
from zhsq.runtime.onnx import OnnxRunner


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> FacePipeline:
    for module, extra in (("torch", "research"), ("onnx", "deploy")):
        pytest.importorskip(module, reason=f"the extra '{extra}' is not installed")
    bundle = compose(tmp_path_factory.mktemp("mtcnn"), "face-mtcnn-dlib", "mtcnn", {"dlib": 1.0})
    return FacePipeline(bundle, OnnxRunner(bundle))


def test_the_pyramid_ends_where_the_photo_fills_the_window() -> None:
    # Smallest face 24 in a photo 96 high: 12/24, then halves, while 96 * scale is at least 12.
    assert levels(96, 200, 24, 0.5) == [0.5, 0.25, 0.125]
    assert levels(20, 20, 24, 0.5) == []


def test_pictures_are_made_smaller_by_the_mean_over_an_area() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2, 0] = [[0, 100], [100, 200]]  # mean 100
    image[2:, 2:, 1] = 255
    small = Areas(image).resize(0, 0, 4, 4, 2, 2)
    assert small[0, 0, 0] == pytest.approx((100 - 127.5) / 128)
    assert small[1, 1, 1] == pytest.approx((255 - 127.5) / 128)
    assert small[2] == pytest.approx(-127.5 / 128)
    # 3 pixels to 2: the middle one belongs to both, floor(3/2) = 1 to ceil(3/2) = 2.
    row = np.repeat(np.array([[0, 90, 240]], np.uint8)[..., None], 3, axis=2)
    assert Areas(row).resize(0, 0, 1, 3, 1, 2)[0, 0] * 128 + 127.5 == pytest.approx([45, 165])
    # A part, made larger: pixels repeat.
    assert Areas(row).resize(0, 1, 1, 3, 1, 4)[0, 0] * 128 + 127.5 == pytest.approx([90, 90, 240, 240])


@pytest.mark.parametrize("size", [(12, 12), (37, 80), (250, 250), (9, 5)])
def test_areas_are_those_of_pytorch(size: tuple[int, int]) -> None:
    torch = pytest.importorskip("torch", reason="the extra 'research' is not installed")
    image = np.random.default_rng(0).integers(0, 256, (101, 83, 3), np.uint8)
    planes = torch.as_tensor(image.transpose(2, 0, 1)[None].astype(np.float32))
    theirs = (torch.nn.functional.interpolate(planes, size=size, mode="area")[0] - 127.5) / 128
    np.testing.assert_allclose(Areas(image).resize(0, 0, 101, 83, *size), theirs.numpy(), atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (11, 300), (31, 33), (600, 900)])
def test_any_size_of_picture_is_taken(pipeline: FacePipeline, shape: tuple[int, int]) -> None:
    assert pipeline.detect(np.zeros((*shape, 3), np.uint8)) == []


def test_weights_of_another_network_are_refused() -> None:
    pytest.importorskip("torch", reason="the extra 'research' is not installed")
    with pytest.raises(BundleError, match="not the weights of this network"):
        mtcnn_onnx.to_onnx(mtcnn_onnx.REFINE, mtcnn_onnx.read(obtain(MTCNN_PNET)))


def photos(root: Path) -> list[RGBImage]:
    """Ten photos far apart in the set, and one with two people."""
    found = [decode_image(path) for path in sorted((root / "lfw-deepfunneled").glob("*/*.jpg"))[5::1300]]
    return [*found, np.hstack(found[:2])]


@pytest.mark.data
def test_faces_are_found_where_facenet_pytorch_finds_them(pipeline: FacePipeline, lfw) -> None:
    peer = pytest.importorskip("facenet_pytorch", reason="the extra 'research' is not installed")
    network = peer.MTCNN(keep_all=True, select_largest=False)
    most = 0
    for image in photos(lfw.root):
        boxes, scores, landmarks = network.detect(image, landmarks=True)
        ours = pipeline.detect(image)
        assert len(ours) == len(boxes)
        most = max(most, len(ours))
        for face in ours:
            nearest = int(np.argmin([np.abs(box - face.box).sum() for box in boxes]))
            # A corner that lies on a whole pixel may be cut to either side of it.
            np.testing.assert_allclose(face.box, boxes[nearest].astype(float), atol=1.5)
            np.testing.assert_allclose(face.landmarks, landmarks[nearest].astype(float), atol=1.5)
            assert face.score == pytest.approx(float(scores[nearest]), abs=1e-3)
    assert most >= 2


@pytest.mark.data
def test_its_landmarks_are_in_the_order_of_the_other_detectors(pipeline: FacePipeline, face_bundle, lfw) -> None:
    other = FacePipeline(face_bundle, OnnxRunner(face_bundle))
    for image in photos(lfw.root)[:3]:
        ours, theirs = (found.choose(image, "central").landmarks for found in (pipeline, other))
        assert np.abs(ours - theirs).max() < 10  # the eyes of an LFW face are about 42 pixels apart
