"""Faces: geometry by hand, detectors against a peer, the rebuilt network against dlib, the pipeline on real photos."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from zhsq.errors import BundleError, ManyFacesError, NoFaceError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face import dlib_reader
from zhsq.models.face.geometry import similarity, suppress
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.weights import DLIB_RESNET, MOBILEFACENET, YUNET
from zhsq.models.zoo.recipes import resolve
from zhsq.models.zoo.weights import at_hand, mirrors, obtain
from zhsq.runtime.onnx import OnnxRunner


def test_similarity_finds_a_known_turn_scale_and_shift() -> None:
    points = np.array([(0, 0), (4, 0), (4, 2), (1, 3)], np.float32)
    angle, scale, shift = np.deg2rad(30), 1.5, np.array([7.0, -2.0])
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = similarity(points, (points @ turn.T + shift).astype(np.float32))
    np.testing.assert_allclose(found, np.hstack([turn, shift[:, None]]), atol=1e-5)


def test_similarity_does_not_mirror() -> None:
    points = np.array([(0, 0), (1, 0), (0, 2)], np.float32)
    found = similarity(points, points * np.array([-1, 1], np.float32))
    assert np.linalg.det(found[:, :2]) > 0


def test_similarity_is_the_least_squares_answer_where_no_transform_fits() -> None:
    # Umeyama's own form, by singular values, on points that no similarity maps exactly.
    random = np.random.default_rng(0)
    a, b = random.normal(0, 30, (2, 5, 2)).astype(np.float32)
    u, spread, vt = np.linalg.svd((b - b.mean(0)).T @ (a - a.mean(0)) / 5)
    sign = np.array([1, np.linalg.det(u @ vt)])
    turn = ((spread * sign).sum() / ((a - a.mean(0)) ** 2).sum() * 5) * u @ np.diag(sign) @ vt
    found = similarity(a, b)
    np.testing.assert_allclose(found[:, :2], turn, atol=1e-5)
    np.testing.assert_allclose(found[:, 2], b.mean(0) - turn @ a.mean(0), atol=1e-4)


def test_a_box_within_another_goes_only_when_the_smaller_counts() -> None:
    # 10x10 in 20x20: a quarter of the union, all of the smaller.
    boxes = np.array([(0, 0, 20, 20), (5, 5, 15, 15)], np.float32)
    scores = np.array([0.9, 0.8], np.float32)
    assert suppress(boxes, scores, 0.7) == [0, 1]
    assert suppress(boxes, scores, 0.7, of="smaller") == [0]


def test_of_overlapping_boxes_the_best_stays() -> None:
    boxes = np.array([(0, 0, 10, 10), (1, 1, 11, 11), (50, 50, 60, 60)], np.float32)
    assert suppress(boxes, np.array([0.5, 0.9, 0.1], np.float32), 0.3) == [1, 2]


@pytest.fixture(scope="module")
def pipeline(face_bundle: Bundle) -> FacePipeline:
    return FacePipeline(face_bundle, OnnxRunner(face_bundle))


def test_a_picture_without_a_face_is_named(pipeline: FacePipeline) -> None:
    with pytest.raises(NoFaceError, match=r"wall\.jpg"):
        pipeline.template(np.full((200, 300, 3), 128, np.uint8), name="wall.jpg")


@pytest.mark.parametrize("shape", [(1, 1), (31, 33), (600, 900)])
def test_any_size_of_picture_is_taken(pipeline: FacePipeline, shape: tuple[int, int]) -> None:
    assert pipeline.detect(np.zeros((*shape, 3), np.uint8)) == []


@pytest.mark.data
class TestOnPhotos:
    def test_two_people_are_too_many_for_an_enrolment(self, pipeline, lfw, face_photo: bytes) -> None:
        one = decode_image(face_photo)
        two = decode_image(lfw.root / "lfw-deepfunneled" / "Akhmed_Zakayev" / "Akhmed_Zakayev_0001.jpg")
        both = np.hstack([one, two])
        with pytest.raises(ManyFacesError, match="2 faces"):
            pipeline.template(both, policy="only")
        width = sum(pipeline.bundle.graph(part.graph).outputs[0].shape[-1] for part in pipeline.params.embed)
        assert pipeline.template(both, policy="largest").vector.shape == (width,)

    def test_a_template_is_of_unit_length_and_steady_under_scaling(self, pipeline, face_photo: bytes) -> None:
        image = decode_image(face_photo)
        one = pipeline.template(image).vector
        large = np.asarray(cv2.resize(image, (1000, 1000), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        two = pipeline.template(large).vector
        assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
        assert one @ two > 0.95

    def test_photos_embedded_together_give_what_each_gives_alone(self, pipeline, lfw, face_photo: bytes) -> None:
        images = [
            decode_image(face_photo),
            decode_image(lfw.root / "lfw-deepfunneled" / "Akhmed_Zakayev" / "Akhmed_Zakayev_0001.jpg"),
        ]
        together = pipeline.templates(images)
        for image, found in zip(images, together, strict=True):
            np.testing.assert_allclose(found.vector, pipeline.template(image).vector, atol=1e-5)
        with pytest.raises(NoFaceError, match=r"wall\.jpg"):
            pipeline.templates([images[0], np.zeros((99, 99, 3), np.uint8)], names=["one.jpg", "wall.jpg"])

    def test_yunet_decodes_as_opencv_does(self, face_photo: bytes) -> None:
        if at_hand(YUNET) is None or at_hand(MOBILEFACENET) is None:
            pytest.skip("YuNet's weights are not in a mirror: set ZHSQ_WEIGHTS")
        # OpenCV reads graphs of a fixed size only: the same weights at 320x320.
        fixed = [path for folder in mirrors() for path in folder.glob("yunet_n_320_320.onnx")]
        if not fixed:
            pytest.skip("yunet_n_320_320.onnx is not in a mirror: set ZHSQ_WEIGHTS")
        bundle = resolve("face-mobilefacenet")
        image = decode_image(face_photo)
        padded = np.zeros((320, 320, 3), np.uint8)
        padded[: image.shape[0], : image.shape[1]] = image
        ours = FacePipeline(bundle, OnnxRunner(bundle)).detect(padded)[0]
        peer = cv2.FaceDetectorYN.create(str(fixed[0]), "", (320, 320), 0.6, 0.3)
        row = peer.detect(np.ascontiguousarray(padded[..., ::-1]))[1][0]
        x, y, w, h = row[:4]
        np.testing.assert_allclose(ours.box, (x, y, x + w, y + h), atol=0.5)
        np.testing.assert_allclose(ours.landmarks.ravel(), row[4:14], atol=0.5)
        assert ours.score == pytest.approx(float(row[14]), abs=0.01)


def test_other_bytes_are_not_dlib_s_network() -> None:
    with pytest.raises(BundleError, match="not dlib's face ResNet"):
        dlib_reader.read(bytes(1000))


def test_the_rebuilt_network_gives_what_dlib_gives(face_bundle: Bundle) -> None:
    dlib = pytest.importorskip("dlib", reason="dlib-bin has no wheel for this Python")
    crops = np.random.default_rng(0).integers(0, 256, (3, 150, 150, 3), dtype=np.uint8)
    net = dlib.face_recognition_model_v1(str(obtain(DLIB_RESNET)))
    theirs = np.array([np.array(net.compute_face_descriptor(crop)) for crop in crops])
    every = FacePipeline(face_bundle, OnnxRunner(face_bundle)).params.embed
    params = next(part for part in every if part.size == dlib_reader.SIZE)
    batch = (crops.astype(np.float32) - np.array(params.mean, np.float32)) / np.array(params.std, np.float32)
    planes = {"image": np.ascontiguousarray(batch.transpose(0, 3, 1, 2))}
    ours = OnnxRunner(face_bundle).run(params.graph, planes)["vector"]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
