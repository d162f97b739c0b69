"""Triton decides as the in-process runtime does, on real photos and plates."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.data import lfw as lfw_loader
from zhsq.data import plates_cn as plates_loader
from zhsq.imaging import decode_image
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.runtime.onnx import OnnxRunner

pytestmark = [pytest.mark.triton, pytest.mark.data]


def test_200_pairs_of_faces_are_decided_alike(lfw, face_bundle, served) -> None:
    pairs = lfw_loader.load(lfw)[200:400]  # of both kinds: the first fold's last genuine and first impostor pairs
    assert {pair.genuine for pair in pairs} == {True, False}
    photos = {photo: decode_image(photo) for pair in pairs for photo in (pair.left, pair.right)}
    scores = []
    for runner in (OnnxRunner(face_bundle), served(face_bundle)):
        pipeline = FacePipeline(face_bundle, runner)
        vectors = {photo: pipeline.template(image, policy="central").vector for photo, image in photos.items()}
        scores.append(np.array([float(vectors[pair.left] @ vectors[pair.right]) for pair in pairs]))
    threshold = face_bundle.threshold("verify").value
    np.testing.assert_array_equal(scores[0] >= threshold, scores[1] >= threshold)
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-4)
    assert 0 < (scores[0] >= threshold).sum() < len(pairs), "both decisions occur"


def test_200_plates_are_read_alike(plates_cn, plate_bundle, served) -> None:
    plates = plates_loader.load(plates_cn)[:200]
    crops = [decode_image(plate.path) for plate in plates]
    here, there = (
        PlatePipeline(plate_bundle, runner).read_crops(crops)
        for runner in (OnnxRunner(plate_bundle), served(plate_bundle))
    )
    assert [read.text for read in here] == [read.text for read in there]
    accept = plate_bundle.threshold("accept").value
    assert [read.confidence >= accept for read in here] == [read.confidence >= accept for read in there]
    assert len({read.text for read in here}) > 150
