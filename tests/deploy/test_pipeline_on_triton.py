"""One call from an encoded image to a result on the real Triton: the answers are those in process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpc
from tritonclient.utils import InferenceServerException

from zhsq.data import ccpd, ucsd_ped2
from zhsq.data import plates_cn as crops_loader
from zhsq.data.registry import DataSet
from zhsq.deploy.ask import PipelineClient
from zhsq.deploy.client import load_model, unload_model
from zhsq.deploy.repository import export
from zhsq.deploy.server import TritonServer
from zhsq.deploy.serving import ModelServing, Serving
from zhsq.errors import BadImageError, RuntimeUnavailableError, ZhsqError
from zhsq.models.answering import Answer, Call, open_answering
from zhsq.models.bundle import Bundle
from zhsq.models.zoo.recipes import resolve
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.runtime.onnx import OnnxRunner

pytestmark = pytest.mark.triton
ZHSQ = Path(sys.executable).with_name("zhsq")
ONE = ModelServing(instances=1, max_batch=8, max_queue=64)
SMALL = Serving(graphs=ONE, pipeline=ONE)
Open = Callable[..., PipelineClient]


@pytest.fixture
def opened(triton_server: TritonServer) -> Open:
    """Export a bundle's pipeline, load it, and open a client on that version."""

    def serve(bundle: Bundle, *, graphs: str = "inside", serving: Serving = SMALL) -> PipelineClient:
        models = export(
            bundle, triton_server.repository, variant="python", pipeline=True, graphs=graphs, serving=serving
        )
        for model in models if graphs == "served" else models[-1:]:
            load_model(triton_server.url, model.name, model.version)
        version = str(models[-1].version)
        return PipelineClient(triton_server.url, bundle.name, lambda: version)

    return serve


def same(here: Answer, there: Answer) -> None:
    """The same outputs, shapes, texts and decisions; numbers but for the last digits."""
    assert set(here) == set(there)
    for name, ours in here.items():
        theirs = there[name]
        assert theirs.shape == ours.shape, name
        if ours.dtype == np.float32:
            np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-5, err_msg=name)
        elif name != "result":
            np.testing.assert_array_equal(theirs, ours, err_msg=name)
    ours, theirs = json.loads(here["result"][0]), json.loads(there["result"][0])
    assert ours["bundle"] == theirs["bundle"] and ours.keys() == theirs.keys()


@pytest.mark.data
@pytest.mark.parametrize("graphs", ["inside", "served"])
def test_real_plates_are_read_as_in_process(
    plates_cn: DataSet, ccpd_samples: DataSet, plate_bundle: Bundle, opened: Open, graphs: str
) -> None:
    crops = [item.path.read_bytes() for item in crops_loader.load(plates_cn)[:12]]
    photos = [item.path.read_bytes() for item in ccpd.load(ccpd_samples)[:4]]
    client = opened(plate_bundle, graphs=graphs)
    here = open_answering(plate_bundle, OnnxRunner(plate_bundle, 1))
    texts = set()
    for image in (*crops, *photos):
        (ours,) = here([Call(image)])
        theirs = client(image)
        same(ours, theirs)
        texts |= {text.decode() for text in theirs["text"]}
    assert len(texts) > 10


@pytest.mark.data
def test_real_faces_are_found_embedded_and_rated_as_in_process(lfw: DataSet, face_bundle: Bundle, opened: Open) -> None:
    photos = [path.read_bytes() for path in sorted((lfw.root / "lfw-deepfunneled").glob("*/*.jpg"))[:8]]
    client = opened(face_bundle)
    here = open_answering(face_bundle, OnnxRunner(face_bundle, 1))
    for photo in photos:
        (ours,) = here([Call(photo, "central")])
        theirs = client(photo, "central")
        same(ours, theirs)
        assert np.linalg.norm(theirs["embedding"][0]) == pytest.approx(1, abs=1e-5)


def test_requests_at_the_same_time_run_together_and_get_their_own_answers(home, opened: Open) -> None:
    bundle = resolve("plate-zhsq")
    client = opened(bundle)
    blank = jpeg(np.full((120, 400, 3), 128, np.uint8))
    wrong: list[str] = []

    def work(number: int) -> None:
        for _ in range(6):
            try:
                texts = [text.decode() for text in client(jpeg(plate()) if number % 2 else blank)["text"]]
            except ZhsqError as error:
                texts = [str(error)]
            if texts != ([PLATE_TEXT] if number % 2 else []):
                wrong.append(f"{number}: {texts}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    stats = (
        grpc.InferenceServerClient(client.url).get_inference_statistics(bundle.name, client.version()).model_stats[0]
    )
    assert stats.execution_count < stats.inference_count, "some ran together"


def test_a_bad_call_gets_a_clear_error_and_the_server_goes_on(home, opened: Open, triton_server: TritonServer) -> None:
    client = opened(resolve("plate-zhsq"))
    with pytest.raises(BadImageError, match="not an image"):
        client(b"no image")
    with pytest.raises(BadImageError, match="truncated"):
        client(jpeg(plate())[:2000])
    with pytest.raises(ZhsqError, match="no kind named 'lorry'"):
        client(jpeg(plate()), "lorry")
    tensor = grpc.InferInput("image", [2, 1], "BYTES")
    tensor.set_data_from_numpy(np.array([[jpeg(plate())]] * 2, np.object_))
    with pytest.raises(InferenceServerException, match="one image a request"):
        grpc.InferenceServerClient(client.url).infer("plate-zhsq", [tensor])
    assert client(jpeg(plate()))["text"][0].decode() == PLATE_TEXT
    assert triton_server.status().ready


def test_each_copy_of_a_model_was_warmed_up_when_it_is_let_in(home, opened: Open) -> None:
    two = ModelServing(instances=2)
    client = opened(resolve("plate-zhsq"), serving=Serving(graphs=two, pipeline=two))
    unload_model(client.url, "plate-zhsq")
    load_model(client.url, "plate-zhsq")
    load_model(client.url, "plate-zhsq__locate")
    asked = grpc.InferenceServerClient(client.url)
    for name in ("plate-zhsq", "plate-zhsq__locate"):
        stats = asked.get_inference_statistics(name).model_stats
        assert [item.execution_count for item in stats] == [2] * len(stats), f"{name}: one run a copy"


def test_the_command_asks_and_says_which_picture_was_bad(home, opened: Open, tmp_path: Path) -> None:
    client = opened(resolve("plate-zhsq"))
    (tmp_path / "good.jpg").write_bytes(jpeg(plate()))
    (tmp_path / "bad.jpg").write_bytes(b"no image")

    def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [ZHSQ, "triton", "ask", "plate-zhsq", "--url", client.url, "--repository", str(tmp_path), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = ask(str(tmp_path / "good.jpg"), "--json", str(tmp_path / "answers.json"))
    assert done.returncode == 0, done.stderr
    assert f"good.jpg: {PLATE_TEXT}  accept" in done.stdout
    (answer,) = json.loads((tmp_path / "answers.json").read_text("utf-8"))
    assert answer["plates"][0]["text"] == PLATE_TEXT and "characters" in answer["plates"][0]
    bad = ask(str(tmp_path / "bad.jpg"))
    assert bad.returncode == 2 and "bad.jpg" in bad.stderr and "Traceback" not in bad.stderr
    camera = ask(str(tmp_path / "good.jpg"), "--camera", "3")
    assert camera.returncode == 2 and "single images" in camera.stderr


def test_a_full_queue_refuses_at_once_and_answers_those_who_are_in_it(home, opened: Open) -> None:
    tight = ModelServing(instances=1, max_batch=1, max_queue=2)
    client = opened(resolve("plate-zhsq"), serving=Serving(graphs=ONE, pipeline=tight))
    answers: list[str] = []
    together = threading.Barrier(48)

    def work() -> None:
        together.wait()
        try:
            answers.append(client(jpeg(plate()))["text"][0].decode())
        except RuntimeUnavailableError as error:
            answers.append("full" if "maximum queue size" in error.message else str(error))

    threads = [threading.Thread(target=work) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {PLATE_TEXT, "full"}
    assert answers.count(PLATE_TEXT) >= 3


def test_cameras_are_sequences_scored_as_in_process_and_start_anew_where_state_was_lost(
    drawn: DataSet, anomaly_bundle: Bundle, opened: Open
) -> None:
    client = opened(anomaly_bundle, serving=Serving(pipeline=ModelServing(instances=2)))
    clips = [[path.read_bytes() for path in clip.frames[12:24]] for clip in ucsd_ped2.testing(drawn)[:2]]
    here = open_answering(anomaly_bundle, OnnxRunner(anomaly_bundle, 1))
    cameras = [client.camera(number) for number in (1, 2)]
    for step in range(8):
        for number, (camera, clip) in enumerate(zip(cameras, clips, strict=True), start=1):
            (ours,) = here([Call(clip[step], camera=number, start=step == 0)])
            theirs = camera(clip[step])
            same(ours, theirs)
            assert theirs["frame"][0] == step + 1
    assert theirs["score"][0] > 0
    with pytest.raises(BadImageError):
        cameras[0](b"damaged")
    assert cameras[0](clips[0][8])["frame"][0] == 9, "a damaged frame is left out"
    unload_model(client.url, anomaly_bundle.name)
    load_model(client.url, anomaly_bundle.name)
    assert cameras[0](clips[0][9])["frame"][0] == 1
    assert cameras[0](clips[0][10], last=True)["frame"][0] == 2
    assert cameras[0](clips[0][11])["frame"][0] == 1, "the last frame freed it"
