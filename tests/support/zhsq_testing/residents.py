"""Photos of people who may enrol, as a plugin of pytest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from zhsq.data.registry import DataSet
from zhsq.errors import ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.face.quality import QualityPolicy, assess
from zhsq.runtime.onnx import OnnxRunner

#: How far below the threshold of 1:1 two people's similarity (cosine) lies at most: they are told apart for certain.
APART = 0.04


@pytest.fixture(scope="session")
def residents(lfw: DataSet, face_bundle: Bundle) -> Callable[[int], list[bytes]]:
    """residents(n): photos of n people of LFW (JPEG), each good enough to enrol, no two alike."""
    photos: list[bytes] = []
    vectors: list[np.ndarray] = []
    people = iter(sorted((lfw.root / "lfw-deepfunneled").iterdir()))
    pipeline = FacePipeline(face_bundle, OnnxRunner(face_bundle))
    policy, limit = QualityPolicy.enrolment(), face_bundle.threshold("verify").value - APART

    def take(n: int) -> list[bytes]:
        while len(photos) < n:
            photo = min(next(people).glob("*.jpg")).read_bytes()
            picture = decode_image(photo, name="photo")
            try:
                face = pipeline.choose(picture, "only", "photo")
            except ZhsqError:
                continue
            vector = pipeline.embed([pipeline.align(picture, face)])[0]
            if not policy.reasons(assess(picture, face)) and all(vector @ other < limit for other in vectors):
                photos.append(photo)
                vectors.append(vector)
        return photos[:n]

    return take
