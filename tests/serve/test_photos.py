"""A photo of a request is decoded once, by whoever needs its pixels first."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from zhsq.errors import BadImageError, NoFaceError
from zhsq.imaging import RGBImage
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.runtime.onnx import OnnxRunner
from zhsq.serve.photos import Photo


def test_it_is_decoded_when_its_pixels_are_asked_for_and_once() -> None:
    calls: list[int] = []

    def decode() -> RGBImage:
        calls.append(1)
        return np.zeros((2, 3, 3), np.uint8)

    photo = Photo(decode, "a.jpg")
    assert calls == []
    assert photo.pixels is photo.pixels is photo.decode()
    assert calls == [1]


def test_one_that_is_no_image_says_so_each_time() -> None:
    def decode() -> RGBImage:
        raise BadImageError("a.jpg is empty.", "Send a picture.")

    photo = Photo(decode, "a.jpg")
    for _ in range(2):
        with pytest.raises(BadImageError, match="empty"):
            _ = photo.pixels


def test_two_photos_are_decoded_at_the_same_time_by_the_threads_that_look_for_faces(face_bundle: Bundle) -> None:
    together = threading.Barrier(2)

    def decode() -> RGBImage:
        together.wait(timeout=30)  # breaks unless the other is being decoded, too
        return np.zeros((64, 64, 3), np.uint8)

    photos = [Photo(decode, name) for name in ("a.jpg", "b.jpg")]
    pipeline = FacePipeline(face_bundle, OnnxRunner(face_bundle, 2))
    found = pipeline.choose_many([photo.decode for photo in photos], "largest", [photo.name for photo in photos])
    assert [type(one) for one in found] == [NoFaceError, NoFaceError]
