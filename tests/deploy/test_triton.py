"""Against the real Triton server."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import numpy as np
import psutil
import pytest

from zhsq.deploy.client import load_model, ready, unload_model
from zhsq.deploy.parity import parity_gate, seeded_inputs
from zhsq.deploy.repository import export
from zhsq.deploy.server import TritonServer
from zhsq.errors import BundleError, PortInUseError, RuntimeUnavailableError
from zhsq.runtime.load import RuntimeSettings, open_runner
from zhsq.runtime.onnx import OnnxRunner
from zhsq.runtime.triton import TritonRunner

pytestmark = pytest.mark.triton


def images(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    return {"image": np.random.default_rng(seed).normal(size=(n, 3, 8, 8)).astype(np.float32)}


def test_every_graph_gives_on_triton_what_it_gives_in_process(tiny, served) -> None:
    there, here = served(tiny), OnnxRunner(tiny, 1)
    for graph, spec in tiny.spec.graphs.items():
        for feed in seeded_inputs(spec, n=5, items=3):
            got, expected = there.run(graph, feed), here.run(graph, feed)
            assert set(got) == set(expected)
            for name, array in expected.items():
                assert got[name].dtype == array.dtype
                assert got[name].shape == array.shape
                assert got[name].size > 0
                np.testing.assert_allclose(got[name], array, rtol=1e-5, atol=1e-5)


def test_a_batch_longer_than_one_request_may_carry_comes_back_whole_and_in_order(tiny, served) -> None:
    feed = images(150)
    got = served(tiny).run("embed", feed)["embedding"]
    assert got.shape == (150, 6)
    np.testing.assert_allclose(got, OnnxRunner(tiny, 1).run("embed", feed)["embedding"], rtol=1e-5, atol=1e-5)


def test_many_threads_share_one_runner_and_each_gets_its_own_answer(tiny, served) -> None:
    there, here = served(tiny), OnnxRunner(tiny, 1)
    wrong: list[int] = []

    def work(seed: int) -> None:
        for step in range(10):
            feed = images(1 + seed % 3, seed * 100 + step)
            got = there.run("embed", feed)["embedding"]
            if not np.allclose(got, here.run("embed", feed)["embedding"], rtol=1e-4, atol=1e-4):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_two_versions_are_served_at_once_and_each_bundle_gets_its_own(make_bundle, served) -> None:
    old, new = make_bundle("1.0.0", seed=1, name="two-versions"), make_bundle("1.0.1", seed=2, name="two-versions")
    on_old, on_new = served(old), served(new)
    feed = images(2)
    expected_old = OnnxRunner(old, 1).run("embed", feed)["embedding"]
    expected_new = OnnxRunner(new, 1).run("embed", feed)["embedding"]
    assert not np.allclose(expected_old, expected_new, atol=1e-2)
    np.testing.assert_allclose(on_old.run("embed", feed)["embedding"], expected_old, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(on_new.run("embed", feed)["embedding"], expected_new, rtol=1e-5, atol=1e-5)


def test_a_bundle_that_is_not_the_one_served_is_refused(make_bundle, served, triton_server) -> None:
    served(make_bundle("1.0.0", seed=1, name="other-content"))
    stranger = make_bundle("1.0.0", seed=2, name="other-content")
    with pytest.raises(RuntimeUnavailableError, match="does not serve other-content") as caught:
        TritonRunner(stranger, triton_server.url).run("embed", images(1))
    assert "zhsq deploy" in caught.value.hint


def _until_tried_again(runner: TritonRunner) -> None:
    """Wait while an endpoint that failed is left alone: a quick machine has it up again before, a busy one long after."""
    while runner.endpoints[0].breaker.state == "open":
        time.sleep(0.05)


def test_a_model_that_was_unloaded_is_reported_and_found_again(make_bundle, served, triton_server) -> None:
    bundle = make_bundle(name="unloaded")
    runner = served(bundle)
    runner.run("embed", images(1))
    unload_model(triton_server.url, "unloaded__embed")
    for _ in range(2):
        with pytest.raises(RuntimeUnavailableError):
            runner.run("embed", images(1))
    with pytest.raises(RuntimeUnavailableError, match="left alone"):  # for a second after two failures
        runner.run("embed", images(1))
    load_model(triton_server.url, "unloaded__embed")
    _until_tried_again(runner)
    assert runner.run("embed", images(1))["embedding"].shape == (1, 6)


def test_wrong_inputs_are_refused_before_they_are_sent(tiny, served) -> None:
    runner = served(tiny)
    with pytest.raises(BundleError, match="takes"):
        runner.run("embed", {"picture": images(1)["image"]})
    with pytest.raises(BundleError, match="float64"):
        runner.run("embed", {"image": images(1)["image"].astype(np.float64)})
    with pytest.raises(BundleError, match=r"\(1, 3, 9, 8\)"):
        runner.run("embed", {"image": np.zeros((1, 3, 9, 8), np.float32)})
    with pytest.raises(BundleError, match="no graph"):
        runner.run("liveness", images(1))
    with pytest.raises(BundleError, match="number of items"):
        runner.run("score", {"features": np.zeros((2, 5), np.float32), "offset": np.zeros(3, np.float32)})


def test_one_setting_switches_between_in_process_and_triton(tiny, served, triton_server) -> None:
    served(tiny)
    there = open_runner(tiny, RuntimeSettings(kind="triton", triton_url=triton_server.url))
    here = open_runner(tiny, RuntimeSettings(threads=1))
    feed = images(2)
    np.testing.assert_allclose(there.run("embed", feed)["embedding"], here.run("embed", feed)["embedding"], rtol=1e-5)


def test_parity_holds_between_in_process_and_triton(tiny, served) -> None:
    feeds = {graph: seeded_inputs(spec, n=20) for graph, spec in tiny.spec.graphs.items()}
    parity = parity_gate(tiny, feeds, other=served(tiny), threads=1)
    assert parity.passes(), str(parity)
    assert [part.n for part in parity.graphs] == [20, 40, 40]


def test_a_planted_mismatch_on_the_server_is_caught_by_parity(make_bundle, triton_server, served) -> None:
    """The graph's file is replaced on the server's disk after the export: the record says one thing, the answers another."""
    bundle, wrong = make_bundle(seed=1, name="planted"), make_bundle(seed=2, name="planted-wrong")
    models = export(bundle, triton_server.repository, variant="python")
    embed = next(model for model in models if model.name == "planted__embed")
    (embed.path / "model.onnx").write_bytes(wrong.graph_path("embed").read_bytes())
    for model in models:
        load_model(triton_server.url, model.name)
    runner = TritonRunner(bundle, triton_server.url)
    parity = parity_gate(bundle, {}, other=runner, threads=1)  # no picture reaches these graphs: random feeds
    assert not parity.passes()
    (failure,) = parity.failures
    assert failure.startswith("graph embed (fp32): error") and "random inputs" in failure
    assert parity.max_rel > 0.1


def test_an_error_inside_the_graph_is_reported_and_the_server_goes_on(make_bundle, triton_server, served) -> None:
    bundle = make_bundle(name="broken-inside")
    model = next(m for m in export(bundle, triton_server.repository, variant="python") if m.name.endswith("embed"))
    other = make_bundle(width=7, name="broken-other")
    (model.path / "model.onnx").write_bytes(other.graph_path("embed").read_bytes())
    load_model(triton_server.url, model.name)
    with pytest.raises(RuntimeUnavailableError):
        TritonRunner(bundle, triton_server.url).run("embed", images(1))
    status = triton_server.status()
    assert status.ready


def test_all_three_services_answer_on_loopback_only(triton_server) -> None:
    with urllib.request.urlopen(f"{triton_server.http_url}/v2/health/ready", timeout=5) as reply:
        assert reply.status == 200
    with urllib.request.urlopen(triton_server.metrics_url, timeout=5) as reply:
        assert b"nv_inference" in reply.read()
    listening = [c for c in psutil.Process(triton_server.pid).net_connections("inet") if c.status == "LISTEN"]
    assert {c.laddr.port for c in listening} == {
        triton_server.http_port,
        triton_server.grpc_port,
        triton_server.metrics_port,
    }
    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}


def test_a_server_that_goes_down_mid_way_is_reported_and_found_again_after_a_restart(make_bundle, tmp_path) -> None:
    bundle = make_bundle()
    export(bundle, tmp_path / "r", variant="python")
    state = tmp_path / "server.json"
    server = TritonServer.start(tmp_path / "r", state=state)
    try:
        assert server.load_all() == ["tiny.face-a__detect", "tiny.face-a__embed", "tiny.face-a__score"]
        runner = TritonRunner(bundle, server.url, timeout=5)
        feed = images(3)
        before = runner.run("embed", feed)["embedding"]
        failures: list[Exception] = []
        stopping = threading.Event()

        def keep_asking() -> None:
            while not stopping.is_set() or not failures:
                try:
                    runner.run("embed", feed)
                except Exception as error:  # the test looks at its kind below
                    failures.append(error)
                    return

        asker = threading.Thread(target=keep_asking)
        asker.start()
        time.sleep(0.2)
        assert server.stop()
        stopping.set()
        asker.join(timeout=20)
        assert len(failures) == 1
        assert isinstance(failures[0], RuntimeUnavailableError)
        with pytest.raises(RuntimeUnavailableError) as caught:
            runner.run("embed", feed)
        assert "zhsq triton start" in caught.value.hint
        again = TritonServer.start(tmp_path / "r", grpc_port=server.grpc_port, state=state)
        try:
            again.load_all()
            _until_tried_again(runner)
            np.testing.assert_array_equal(runner.run("embed", feed)["embedding"], before)
        finally:
            again.stop()
    finally:
        server.stop()


def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)):
            TritonServer.start(tmp_path / "r", grpc_port=port, state=tmp_path / "server.json")
    assert not (tmp_path / "server.json").exists()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "r"
    not_a_folder.mkdir()
    not_a_folder.chmod(0o755)
    with pytest.raises(RuntimeUnavailableError, match=r"not ready within 0 s"):
        TritonServer.start(not_a_folder, state=tmp_path / "server.json", timeout=0)
    assert TritonServer.current(tmp_path / "server.json") is None


def test_only_our_own_process_is_ever_stopped(triton_server, tmp_path: Path) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        created = psutil.Process(sleeper.pid).create_time()
        fields = {"folder": "r", "http_port": 1, "grpc_port": 2, "metrics_port": 3, "log": "l"}
        state = tmp_path / "server.json"
        state.write_text("{}")
        for start in (created, created - 100):  # another program under our pid; and a pid used again
            assert not TritonServer(sleeper.pid, start, state=str(state), **fields).stop()
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()
    impostor = TritonServer(
        triton_server.pid, triton_server.created - 100, "r", 1, triton_server.grpc_port, 3, "l", str(state)
    )
    assert not impostor.stop()
    assert triton_server.status().ready


def test_a_second_server_for_the_same_workspace_is_refused(triton_server) -> None:
    with pytest.raises(RuntimeUnavailableError, match="runs already"):
        TritonServer.start(triton_server.repository, state=Path(triton_server.state))


def test_the_onnxruntime_variant_on_a_server_without_that_backend_says_what_to_do(
    make_bundle, tmp_path, triton_server
) -> None:
    bundle = make_bundle(name="for-nvidia")
    export(bundle, triton_server.repository, variant="onnxruntime")
    with pytest.raises(RuntimeUnavailableError, match="for-nvidia__embed") as caught:
        load_model(triton_server.url, "for-nvidia__embed")
    assert "--variant python" in caught.value.hint


def test_ready_is_asked_without_tritonclient_and_agrees_with_it(make_bundle, served, triton_server) -> None:
    served(make_bundle(name="asked." + "long-" * 30))
    name = "asked." + "long-" * 30 + "__embed"
    assert ready(triton_server.url, {name: 1})
    assert not ready(triton_server.url, {name: 2})
    assert not ready(triton_server.url, {name: 1, "nobody__embed": 1})
    with pytest.raises(RuntimeUnavailableError, match=r"127\.0\.0\.1:9 can't be reached"):
        ready("127.0.0.1:9", {name: 1})
    code = "import sys, zhsq.deploy.back, zhsq.commands.rollback; print({'numpy', 'tritonclient', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()", "a rollback waits for no import that it can do without"
