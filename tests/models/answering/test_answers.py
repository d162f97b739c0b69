"""Answers in process: what a call gives, and that one bad call never fails its neighbours."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from zhsq.data import ccpd, ucsd_ped2
from zhsq.data.registry import DataSet
from zhsq.errors import BadImageError, BundleError, UnknownNameError, ZhsqError
from zhsq.imaging import decode_image
from zhsq.models.anomaly.pipeline import AnomalyPipeline
from zhsq.models.answering import Answer, Answering, Call, open_answering, signature
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.plate.pipeline import PlatePipeline
from zhsq.models.zoo.recipes import resolve
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.runtime.onnx import OnnxRunner


def told(answer: Answer | ZhsqError) -> dict[str, Any]:
    assert not isinstance(answer, ZhsqError), answer
    return json.loads(answer["result"][0])


def fits(answer: Answer | ZhsqError, answering: Answering) -> None:
    """Every declared output is there, in its dtype and shape."""
    assert not isinstance(answer, ZhsqError), answer
    kinds = {"string": "O", "float32": "f", "int64": "i", "bool": "b"}
    assert set(answer) == {field.name for field in answering.signature.outputs}
    for field in answering.signature.outputs:
        array = answer[field.name]
        assert array.dtype.kind == kinds[field.dtype], field.name
        assert len(array.shape) == len(field.shape), field.name
        assert all(want in (-1, have) for want, have in zip(field.shape, array.shape, strict=True)), field.name


@pytest.fixture(scope="module")
def plates(home) -> Answering:
    bundle = resolve("plate-zhsq")
    return open_answering(bundle, OnnxRunner(bundle, 1))


def test_a_crop_is_read_with_its_confidences_and_its_own_corners(plates: Answering) -> None:
    (answer,) = plates([Call(jpeg(plate()))])
    fits(answer, plates)
    assert answer["text"][0].decode() == PLATE_TEXT
    assert answer["confidence"][0] == answer["characters"][0, :7].min()
    assert answer["characters"][0, 7] == 0, "seven characters"
    np.testing.assert_array_equal(answer["corners"][0], [(0, 0), (440, 0), (440, 140), (0, 140)])
    assert np.isnan(answer["score"][0]), "nobody located a crop"
    (read,) = told(answer)["plates"]
    assert (read["text"], read["decision"], read["score"]) == (PLATE_TEXT, "accept", None)


def test_a_picture_without_a_plate_is_an_answer_with_none(plates: Answering) -> None:
    (answer,) = plates([Call(jpeg(np.full((300, 300, 3), 128, np.uint8)))])
    fits(answer, plates)
    assert answer["text"].shape == (0,) and told(answer)["plates"] == []


def test_a_bad_image_or_option_is_an_error_of_its_own_call_only(plates: Answering) -> None:
    good = Call(jpeg(plate()))
    answers = plates([good, Call(b"no image"), Call(good.image, "lorry"), Call(b""), good])
    assert [type(answer) for answer in answers[1:4]] == [BadImageError, UnknownNameError, BadImageError]
    assert [told(answers[i])["plates"][0]["text"] for i in (0, 4)] == [PLATE_TEXT] * 2


@pytest.mark.data
def test_photos_are_answered_as_the_pipeline_reads_them(ccpd_samples: DataSet, plate_bundle: Bundle) -> None:
    photos = [photo.path.read_bytes() for photo in ccpd.load(ccpd_samples)[:4]]
    runner = OnnxRunner(plate_bundle, 1)
    answers = open_answering(plate_bundle, runner)([Call(photo, "photo") for photo in photos])
    accept = plate_bundle.threshold("accept").value
    for photo, answer in zip(photos, answers, strict=True):
        sightings = PlatePipeline(plate_bundle, runner).read_photo(decode_image(photo))
        assert [text.decode() for text in answer["text"]] == [s.read.text for s in sightings]
        np.testing.assert_allclose(answer["confidence"], [s.read.confidence for s in sightings], atol=1e-5)
        np.testing.assert_array_equal(answer["corners"], np.stack([s.corners for s in sightings]))
        assert answer["accepted"].tolist() == [s.read.confidence >= accept for s in sightings]


@pytest.mark.data
def test_faces_are_found_and_only_the_one_that_is_meant_is_embedded(face_bundle: Bundle, face_photo: bytes) -> None:
    runner = OnnxRunner(face_bundle, 1)
    answering = open_answering(face_bundle, runner)
    image = decode_image(face_photo)
    two = jpeg(np.hstack([image, image]))
    empty = jpeg(np.full((200, 200, 3), 128, np.uint8))
    one, several, none, only = answering([Call(face_photo), Call(two), Call(empty), Call(two, "only")])
    for answer in (one, several, none):
        fits(answer, answering)
    expected = FacePipeline(face_bundle, runner).template(image)
    np.testing.assert_allclose(one["embedding"][0], expected.vector, atol=1e-5)
    np.testing.assert_allclose(one["boxes"][one["chosen"][0]], expected.face.box, rtol=1e-5)
    assert len(several["boxes"]) == 2 and len(several["embedding"]) == 1, "a bystander gets no template"
    assert len(none["boxes"]) == len(none["embedding"]) == 0 and none["chosen"][0] == -1
    assert isinstance(only, ZhsqError) and only.code == "many-faces"
    assert len(told(one)["quality"]) == one["quality"].shape[1] == 16
    assert "embedding" not in told(one), "vectors are tensors, not text"


def test_cameras_are_scored_apart_each_in_its_own_order(drawn: DataSet, anomaly_bundle: Bundle) -> None:
    runner = OnnxRunner(anomaly_bundle, 1)
    answering = open_answering(anomaly_bundle, runner)
    clips = [[path.read_bytes() for path in clip.frames[10:24]] for clip in ucsd_ped2.testing(drawn)[:2]]
    expected = [AnomalyPipeline(anomaly_bundle, runner).score_clip(map(decode_image, clip)) for clip in clips]
    found: list[list[float]] = [[], []]
    for step in range(14):
        calls = [Call(clips[camera][step], camera=camera + 1, start=step == 0, end=step == 13) for camera in (0, 1)]
        for camera, answer in enumerate(answering(calls)):
            fits(answer, answering)
            assert answer["frame"][0] == step + 1
            found[camera].append(float(answer["score"][0]))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    assert answering.cameras == 0, "the last frame frees the camera"


def test_a_damaged_frame_is_left_out_and_a_new_start_forgets(drawn: DataSet, anomaly_bundle: Bundle) -> None:
    answering = open_answering(anomaly_bundle, OnnxRunner(anomaly_bundle, 1))
    frames = [path.read_bytes() for path in ucsd_ped2.testing(drawn)[0].frames[:3]]
    first, broken, second = (answering([Call(data, camera=7)])[0] for data in (frames[0], b"\xff\xd8broken", frames[1]))
    assert isinstance(broken, BadImageError)
    assert [answer["frame"][0] for answer in (first, second)] == [1, 2]
    assert answering([Call(frames[2], camera=7, start=True)])[0]["frame"][0] == 1


def test_a_task_without_a_pipeline_is_refused(face_bundle: Bundle) -> None:
    spec = face_bundle.spec.model_copy(update={"task": "face-liveness"})
    other = Bundle(face_bundle.path, spec)
    for attempt in (signature, lambda bundle: open_answering(bundle, OnnxRunner(bundle, 1))):
        with pytest.raises(BundleError, match="no pipeline"):
            attempt(other)
