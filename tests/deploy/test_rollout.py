"""Deploy, try, promote and roll back on the real Triton, with clients that call throughout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from zhsq.cli import app
from zhsq.deploy import loading
from zhsq.deploy.admission import Trial
from zhsq.deploy.client import load_model, ready_versions
from zhsq.deploy.rollout import deploy, promote, rollback
from zhsq.deploy.server import TritonServer
from zhsq.deploy.survey import survey
from zhsq.errors import BundleError, GateRefusedError, RuntimeUnavailableError, UnknownNameError, ZhsqError
from zhsq.runtime.pointer import read
from zhsq.runtime.triton import TritonRunner

pytestmark = pytest.mark.triton
FEED = {"x": np.ones((1, 4), np.float32)}
#: Puts the bundle in argv[1] on the Triton at argv[2], repository argv[3]; dies at the point argv[4].
KILLED = """
import os, signal, sys
from pathlib import Path
from zhsq.deploy import loading, rollout
from zhsq.models.bundle import Bundle
bundle, url, repository, point = sys.argv[1:]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def after(module, name):
    real = getattr(module, name)
    def then(*args, **more):
        real(*args, **more)
        die()
    setattr(module, name, then)
if point == "within export":
    from zhsq.deploy import versions
    versions.sha256_file = die  # the draft is there, and half of it is written
elif point == "after export":
    after(rollout, "keep_bundle")
elif point == "after load":
    after(loading, "load_model")
elif point == "after verify":
    after(rollout, "_verify")
elif point == "before the pointer is replaced":
    from zhsq.runtime import pointer
    real = pointer.replace_file
    pointer.replace_file = lambda path, text: die() if path.name == "deployed.json" else real(path, text)
elif point == "after the pointer was replaced":
    after(rollout, "_move")
rollout.deploy(Bundle.load(Path(bundle)), url, Path(repository), inputs={}, pipeline=False)
"""


@pytest.fixture(scope="module")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TritonServer]:
    folder = tmp_path_factory.mktemp("rollout")
    started = TritonServer.start(folder / "repository", state=folder / "server.json")
    yield started
    started.stop()


def versions_ready(server: TritonServer, name: str) -> set[int]:
    return ready_versions(server.url).get(f"{name}__sum", set())


def test_clients_see_no_error_and_no_wrong_answer_from_deploy_over_trial_and_promotion_to_rollback(
    small, clients, server
) -> None:
    bundles = [small(number, "whole-way") for number in range(3)]
    repository = server.repository
    deploy(bundles[0], server.url, repository, inputs={}, pipeline=False, reason="the first", by="an operator")
    with clients(repository, server.url, bundles) as calling:
        deploy(bundles[1], server.url, repository, inputs={}, pipeline=False)
        assert calling.only("1.0.1")
        deploy(bundles[2], server.url, repository, inputs={}, pipeline=False, trial=Trial(0.3))
        assert not calling.only("1.0.1", 0.5) and set(calling.answers) == {"1.0.1", "1.0.2"}
        assert versions_ready(server, "whole-way") == {1, 2, 3}
        assert promote("whole-way", repository).version == "1.0.2"
        assert calling.only("1.0.2")
        assert rollback("whole-way", server.url, repository, reason="complaints").version == "1.0.1"
        assert calling.only("1.0.1")
        assert rollback("whole-way", server.url, repository, to=bundles[2].sha256[:8]).version == "1.0.2"
        assert calling.only("1.0.2")
    assert calling.errors == []
    assert calling.wrong == 0
    log = read(repository).pointer("whole-way").log
    assert [item.action for item in log] == ["deploy", "deploy", "canary", "promote", "rollback", "rollback"]
    assert (log[0].by, log[0].reason, log[4].reason) == ("an operator", "the first", "complaints")
    assert "of a graph's scale" in log[0].evidence["parity"] and "on trial" in log[3].evidence["calls"]


def test_ending_a_trial_by_rollback_leaves_the_version_in_use_alone(small, clients, server) -> None:
    bundles = [small(number, "trial") for number in range(2)]
    with pytest.raises(BundleError, match="Nothing is in use"):
        deploy(bundles[0], server.url, server.repository, inputs={}, pipeline=False, trial=Trial(0.1))
    deploy(bundles[0], server.url, server.repository, inputs={}, pipeline=False)
    with pytest.raises(BundleError, match="in use already"):
        deploy(bundles[0], server.url, server.repository, inputs={}, pipeline=False, trial=Trial(0.1))
    deploy(bundles[1], server.url, server.repository, inputs={}, pipeline=False, trial=Trial(0.5))
    with pytest.raises(BundleError, match="is on trial with 50%"):
        deploy(small(2, "trial"), server.url, server.repository, inputs={}, pipeline=False)
    assert rollback("trial", server.url, server.repository).version == "1.0.0"
    assert read(server.repository).pointer("trial").canary is None
    with pytest.raises(BundleError, match=r"no deployment before 1\.0\.0"):
        rollback("trial", server.url, server.repository)
    with pytest.raises(BundleError, match="No version of trial is on trial"):
        promote("trial", server.repository)
    with pytest.raises(BundleError, match=r"no deployment '9\.9\.9'"):
        rollback("trial", server.url, server.repository, to="9.9.9")
    with pytest.raises(UnknownNameError):
        rollback("trail", server.url, server.repository)


def test_a_model_that_answers_otherwise_than_in_process_is_refused_and_unloaded(small, server) -> None:
    first, second, planted = (small(number, "planted") for number in (0, 1, 7))
    deploy(first, server.url, server.repository, inputs={}, pipeline=False)
    real = loading.load_model

    def plant(url: str, model: str, version: int | None = None) -> None:
        if version is None:  # setting back
            real(url, model)
            return
        file = server.repository / model / str(version) / "model.onnx"
        good = file.read_bytes()
        file.write_bytes(planted.graph_path("sum").read_bytes())
        real(url, model, version)
        file.write_bytes(good)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(GateRefusedError, match="does not answer as in process"):
        patch.setattr(loading, "load_model", plant)
        deploy(second, server.url, server.repository, inputs={}, pipeline=False)
    assert read(server.repository).pointer("planted").current.version == "1.0.0"
    assert versions_ready(server, "planted") == {1}
    assert survey([server.url], server.repository).unfinished is None
    assert deploy(second, server.url, server.repository, inputs={}, pipeline=False)[0].models == {"planted__sum": 2}


def test_killed_at_any_step_the_old_version_serves_and_the_next_deploy_succeeds(small, clients, server) -> None:
    """One version is deployed again and again and killed ever later, then another: each next one gets further."""
    first, second, third = (small(number, "killed") for number in range(3))
    points = {
        "within export": (second, "export"),
        "after export": (second, "export"),
        "after load": (second, "load"),
        "after verify": (second, "verify"),
        "before the pointer is replaced": (second, "switch"),
        "after the pointer was replaced": (third, "switch"),
    }
    repository = server.repository
    deploy(first, server.url, repository, inputs={}, pipeline=False)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with clients(repository, server.url, [first, second, third]) as calling:
        for point, (bundle, stage) in points.items():
            arguments = [str(bundle.path), server.url, str(repository), point]
            done = subprocess.run([sys.executable, "-c", KILLED, *arguments], env=environment, check=False, timeout=120)
            assert done.returncode == -9, point
            took_effect = bundle is third
            serving = (third if took_effect else first).version
            assert calling.only(serving), point
            seen = survey([server.url], repository)
            mine = [place for place in seen.places if place.name == "killed" and place.role == "in use"]
            assert [(p.deployment.version, p.state) for p in mine] == [(serving, "ready")], point
            assert seen.unfinished is not None
            assert (seen.unfinished["state"], seen.unfinished["stage"]) == ("cut off", stage)
            assert seen.unfinished["effect"] == ("it took effect" if took_effect else "it changed nothing")
        assert versions_ready(server, "killed") == {1, 3}, "what never came into use is no longer loaded"
        deploy(third, server.url, repository, inputs={}, pipeline=False)
        assert survey([server.url], repository).unfinished is None
        assert list(repository.glob("*/.draft-*")) == []
        assert rollback("killed", server.url, repository).version == "1.0.0"
        assert calling.only("1.0.0")
    assert calling.errors == []
    assert calling.wrong == 0


def test_a_full_disk_is_said_and_changes_nothing(small, server, tmp_path) -> None:
    """A limit on the size of a file stands for the disk: the graph is larger, what else is written is not."""
    first, second = (small(number, "full-disk") for number in range(2))
    deploy(first, server.url, server.repository, inputs={}, pipeline=False)
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))\n"
        "from zhsq.errors import ZhsqError\n"
        f"{KILLED.replace('rollout.deploy(', 'said = lambda: rollout.deploy(')}"
        "\ntry:\n    said()\nexcept ZhsqError as error:\n    print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [str(second.path), server.url, str(server.repository), "never"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    assert "can't be written" in done.stdout or "was not deployed" in done.stdout, done.stdout
    assert read(server.repository).pointer("full-disk").current.version == "1.0.0"
    assert versions_ready(server, "full-disk") == {1}
    deploy(second, server.url, server.repository, inputs={}, pipeline=False)
    assert read(server.repository).pointer("full-disk").current.version == "1.0.1"


def test_triton_that_dies_during_a_deployment_serves_the_old_version_when_it_is_back(small, clients, tmp_path) -> None:
    first, second = (small(number, "dies") for number in range(2))
    state = tmp_path / "server.json"
    server = TritonServer.start(tmp_path / "r", state=state)
    try:
        deploy(first, server.url, server.repository, inputs={}, pipeline=False)

        def dies(url: str, model: str, version: int | None = None) -> None:
            server.stop()
            load_model(url, model, version)

        with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeUnavailableError):
            patch.setattr(loading, "load_model", dies)
            deploy(second, server.url, server.repository, inputs={}, pipeline=False)
        seen = survey([server.url], server.repository)
        assert not seen.healthy and seen.places[0].state == "unreachable"
        server = TritonServer.start(tmp_path / "r", grpc_port=server.grpc_port, state=state)
        server.load_all()
        assert TritonRunner(first, server.url).run("sum", FEED)["y"].shape == (1, 3)
        assert versions_ready(server, "dies") == {1}
        assert survey([server.url], server.repository).healthy
    finally:
        server.stop()


def test_of_several_endpoints_those_done_are_set_back_when_one_fails_and_calls_go_round_one_that_is_down(
    small, clients, server, tmp_path
) -> None:
    first, second = (small(number, "several") for number in range(2))
    other = TritonServer.start(server.repository, state=tmp_path / "other.json")
    urls = (server.url, other.url)
    try:
        deploy(first, urls, server.repository, inputs={}, pipeline=False)
        assert {
            place.url: place.state for place in survey(urls, server.repository).places if place.name == "several"
        } == {
            server.url: "ready",
            other.url: "ready",
        }
        with clients(server.repository, urls, [first, second]) as calling:
            assert calling.only("1.0.0")
            other.stop()
            with pytest.raises(RuntimeUnavailableError, match=other.url):
                deploy(second, urls, server.repository, inputs={}, pipeline=False)
            assert versions_ready(server, "several") == {1}, "the first endpoint was set back"
            assert calling.only("1.0.0")
            deploy(second, server.url, server.repository, inputs={}, pipeline=False)
            assert calling.only("1.0.1")
            assert rollback("several", urls, server.repository).version == "1.0.0", "one that is down does not matter"
            assert calling.only("1.0.0")
        assert calling.errors == []
        assert calling.wrong == 0
    finally:
        other.stop()


def test_the_commands_deploy_show_promote_and_roll_back(small, server, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ZHSQ_TRITON_URLS", server.url)
    monkeypatch.setenv("COLUMNS", "200")
    where = ["--repository", str(server.repository)]
    run = CliRunner().invoke
    for number, more in ((0, []), (1, ["--canary", "25%", "--reason", "faster"])):
        done = run(app, ["deploy", str(small(number, "command").path), "--no-golden", "--no-pipeline", *where, *more])
        assert done.exit_code == 0, done.output
    assert "is on trial with 25% of the calls" in done.output
    shown = run(app, ["deployments", *where, "--log", "--json", str(tmp_path / "d.json")])
    assert shown.exit_code == 0, shown.output
    for part in ("on trial", "25%", "1.0.1", "wait, 0 of 20 calls", "faster"):
        assert part in shown.output
    written = json.loads((tmp_path / "d.json").read_text())
    roles = {p["role"]: p["deployment"]["version"] for p in written["places"] if p["name"] == "command"}
    assert roles == {"in use": "1.0.0", "on trial": "1.0.1"}
    assert "1.0.1" in run(app, ["deploy", "--promote", *where]).output
    back = run(app, ["rollback", "command", "--reason", "complaints", *where])
    assert back.exit_code == 0 and "command 1.0.0" in back.output and "in use again" in back.output
    wrong = run(app, ["deploy", str(small(1, "command").path), "--canary", "110%", *where])
    assert isinstance(wrong.exception, ZhsqError) and "no share" in wrong.exception.message
