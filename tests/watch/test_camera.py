"""A camera's life: not yet ready, ready, watching; events with pictures; several at once."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zhsq.watch import runner
from zhsq.watch.address import parse_all
from zhsq.watch.camera import Camera, Plan
from zhsq.watch.events import Journal
from zhsq.watch.learn import Clip
from zhsq.watch.model import Model, Progress
from zhsq.watch.outputs import Outputs
from zhsq.watch.post import Poster
from zhsq.watch.source import SourceSettings
from zhsq.watch.summary import of_camera

Make = Callable[..., Camera]
BURST = range(150, 165)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for frames to learn from that the test can look into."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def film(video: Callable[..., Path], footage: Callable[..., Any]) -> Path:
    return video(footage(220, [BURST]))


def test_it_learns_then_watches_and_raises_what_it_did_not_learn(
    film: Path, camera: Make, fit: Any, scratch: Path, tmp_path: Path
) -> None:
    outputs = Outputs("east", Journal(tmp_path / "e.jsonl"), None, tmp_path / "pictures")
    watched = camera(film, Plan(fit_first=100), fit, outputs)
    watched.run()
    report = of_camera(watched)
    assert watched.state == "ended" and watched.error is None
    assert report["learning"] == {
        "needed": 100, "seen": 100, "ready": True, "ready_at_frame": 100, "fitted_frames": 80, "held_out_frames": 20,
    }  # fmt: skip
    assert report["frames"] == {"decoded": 220, "taken": 220, "scored": 120, "skipped": {}, "skipped_total": 0}
    assert fit.fps == [pytest.approx(10)] and fit.names == ["camera-made"] and sum(fit.clips) == 80
    assert report["events_total"] == 1
    event = report["events"][0]
    assert 15.0 <= event["peak_time"] < 16.5 and event["closed"] > event["peak_time"]
    lines = [json.loads(line) for line in (tmp_path / "e.jsonl").read_text().splitlines()]
    assert [line["data"]["state"] for line in lines] == ["open", "closed"]
    assert lines[0]["data"]["score"] >= lines[0]["data"]["threshold"] and lines[0]["data"]["estate"] == "east"
    assert Path(lines[1]["data"]["snapshot"]).read_bytes()[:2] == b"\xff\xd8"
    assert not list(scratch.iterdir())  # the frames learnt from show people: none is left
    assert report["false_alarms_on_normal"]["events"] == 0
    assert report["model"]["sha256"] == "f" * 64
    json.dumps(report, allow_nan=False)


def test_two_runs_over_a_file_find_the_same(film: Path, camera: Make) -> None:
    reports = []
    for _ in range(2):
        watched = camera(film, Plan(fit_first=100))
        watched.run()
        reports.append((watched.alarm.closed[0].model_dump(), list(watched.scores)))
    assert reports[0] == reports[1]


def test_where_nothing_moves_it_is_not_ready_and_learns_on(
    video: Callable[..., Path], make_scene: Callable[..., Any], camera: Make
) -> None:
    frames = [make_scene(n, patch=n >= 60) for n in range(120)]
    watched = camera(video(frames), Plan(fit_first=40))
    watched.run()
    said = " ".join(watched.said)  # type: ignore[attr-defined]
    assert "Not yet ready: Too little moves." in said and watched.state == "ended"
    assert watched.fitted_at == 90 and watched.scored == 30


def test_a_file_that_ends_before_it_is_ready_is_an_error_that_says_so(film: Path, camera: Make, scratch: Path) -> None:
    watched = camera(film, Plan(fit_first=1000))
    watched.run()
    report = of_camera(watched)
    assert watched.state == "failed" and "220 of 1000 frames" in str(watched.error)
    assert report["learning"]["ready"] is False and report["frames"]["scored"] == 0 and report["threshold"] is None
    assert not list(scratch.iterdir())


def test_a_warm_start_watches_at_once_and_then_with_its_own_model(
    video: Callable[..., Path], footage: Callable[..., Any], camera: Make, change_model: Model
) -> None:
    watched = camera(video(footage(220, [range(30, 45), BURST])), Plan(model=change_model, fit_first=100))
    watched.run()
    report = of_camera(watched)
    assert report["frames"]["scored"] == 220 and report["events_total"] >= 1
    assert report["events"][0]["peak_time"] < 5 and report["events"][0]["threshold"] == 20.0
    assert report["model"]["name"] == "camera-made" and report["learning"]["ready"]


def test_frames_to_learn_from_are_kept_without_loss(tmp_path: Path, make_scene: Callable[..., Any]) -> None:
    clip = Clip(tmp_path / "0")
    frames = [make_scene(n, burst=True) for n in range(3)] + [make_scene(3)[..., 0]]
    for frame in frames:
        clip.add(frame, 0.5)
    for _ in range(2):
        assert all(np.array_equal(a, b) for a, b in zip(clip, frames, strict=True))


def test_a_live_camera_with_a_warm_start_goes_on_watching_while_its_own_model_is_fitted(
    video: Callable[..., Path], footage: Callable[..., Any], camera: Make, change_model: Model, fit: Any
) -> None:
    go_on = threading.Event()

    def slow(*arguments: Any) -> Model:
        go_on.wait(20)
        made: Model = fit(*arguments)
        return made

    slow.prepare = fit.prepare  # type: ignore[attr-defined]
    path = video(footage(120, []), fps=50)
    plan = Plan(model=change_model, fit_first=20, fps=50)
    watched = camera(path, plan, slow, None, SourceSettings(realtime=True))
    thread = threading.Thread(target=watched.run)
    thread.start()
    while watched.scored < 40 and thread.is_alive():
        thread.join(0.01)
    assert watched.scored >= 40 and watched.model is change_model and watched.state == "watching"
    go_on.set()
    thread.join(30)
    assert watched.state == "ended" and watched.error is None
    assert watched.model is not None and watched.model.name == "camera-made" and watched.learnt is not None


def test_a_given_model_learns_nothing(film: Path, camera: Make, change_model: Model, fit: Any) -> None:
    watched = camera(film, Plan(model=change_model), fit)
    watched.run()
    report = of_camera(watched)
    assert report["learning"] is None and not fit.names and report["frames"]["scored"] == 220
    assert report["events_total"] == 1 and report["threshold"] == {"value": 20.0, "source": "set by hand"}
    assert report["drift"]["reference"].startswith("the first frames")


def test_a_threshold_of_the_users_is_taken_and_its_false_alarms_are_counted(film: Path, camera: Make) -> None:
    watched = camera(film, Plan(fit_first=100, threshold=0.5))
    watched.run()
    report = of_camera(watched)
    assert report["threshold"] == {"value": 0.5, "source": "chosen by the user"}
    assert report["false_alarms_on_normal"]["events"] == 1 and report["events"][0]["threshold"] == 0.5


def test_frames_beyond_the_rate_are_dropped_and_counted(
    video: Callable[..., Path], footage: Callable[..., Any], camera: Make, change_model: Model
) -> None:
    watched = camera(video(footage(100, []), fps=25), Plan(model=change_model, fps=5))
    watched.run()
    frames = of_camera(watched)["frames"]
    assert frames["taken"] == pytest.approx(20, abs=1)
    assert frames["skipped"] == {"rate": 100 - frames["taken"]}


def test_bounds_end_it(film: Path, camera: Make, change_model: Model) -> None:
    by_frames = camera(film, Plan(model=change_model, max_frames=50))
    by_frames.run()
    by_time = camera(film, Plan(model=change_model, seconds=7.0))
    by_time.run()
    assert by_frames.taken == 50 and by_time.taken == 71
    assert by_frames.state == by_time.state == "ended"


def test_an_event_that_is_open_at_the_end_is_closed_there(
    video: Callable[..., Path], footage: Callable[..., Any], camera: Make, change_model: Model
) -> None:
    watched = camera(video(footage(60, [range(40, 60)])), Plan(model=change_model))
    watched.run()
    assert [incident.reason for incident in watched.alarm.closed] == ["end of stream"]


def test_an_event_ends_where_the_stream_drops_and_watching_goes_on_after(
    video: Callable[..., Path],
    footage: Callable[..., Any],
    camera: Make,
    change_model: Model,
    serve: Callable[..., Any],
) -> None:
    parts = [
        video(footage(n, bursts), f"{n}.ts", "mpeg2video", fps=25).read_bytes()
        for n, bursts in ((500, [range(50, 500)]), (300, []))
    ]
    settings = SourceSettings(give_up_after=0.8, longest_wait=0.1)
    watched = camera(serve(parts).url(), Plan(model=change_model), None, None, settings)
    watched.run()
    report = of_camera(watched)
    assert [incident["reason"] for incident in report["events"]] == ["stream dropped"]
    assert report["reconnects"] == 1 and "Trying again" in " ".join(watched.said)  # type: ignore[attr-defined]
    assert report["state"] == "failed" and "5XX" in report["error"]
    frames = report["frames"]
    assert frames["scored"] + frames["skipped_total"] == frames["decoded"]


def test_learning_keeps_a_bounded_number_of_frames_from_all_of_the_time(
    video: Callable[..., Path], footage: Callable[..., Any], camera: Make, scratch: Path
) -> None:
    most, spans = [], []

    def fitting(clips: Sequence[Iterable[Any]], name: str, fps: float, progress: Progress) -> Model:
        most.append(len(list(scratch.rglob("*.png"))))
        spans.extend(int(clip.folder.name) for clip in clips)  # type: ignore[attr-defined]
        assert scratch.stat().st_mode and all(f.stat().st_mode & 0o077 == 0 for f in scratch.iterdir())
        return Model(name, "f" * 64, 1e9, "", 0.0, lambda: lambda frame: type("R", (), {"score": 0.0, "regions": ()})())

    fitting.prepare = lambda frame: frame  # type: ignore[attr-defined]
    watched = camera(video(footage(600, [])), Plan(fit_first=590, keep=100), fitting)
    watched.run()
    assert watched.error is None and most[0] <= 100 and max(spans) > 5


def test_a_failing_platform_and_a_full_disk_stop_nothing_and_lose_nothing(
    video: Callable[..., Path], footage: Callable[..., Any], camera: Make, change_model: Model, tmp_path: Path
) -> None:
    said: list[str] = []
    poster = Poster("http://127.0.0.1:9", "key", said.append, patience=0.2)
    blocked = tmp_path / "pictures"
    blocked.touch()  # a file where the folder should be
    watched = camera(
        video(footage(60, [range(20, 30)])),
        Plan(model=change_model),
        None,
        Outputs("east", Journal(tmp_path / "e.jsonl"), poster, blocked),
    )
    watched.run()
    poster.close()
    assert watched.state == "ended" and watched.scored == 60
    assert len((tmp_path / "e.jsonl").read_text().splitlines()) == 2 == poster.failed
    assert "is in the events file" in said[0] and any("pictures" in text for text in watched.source.counts.warnings)


class Api(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.got.append((self.path, self.headers["Authorization"], body))
        self.send_response(server.answers.pop(0) if server.answers else 202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.got, server.answers = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_events_are_posted_again_where_that_may_help_and_not_where_it_can_not(api: Any) -> None:
    said: list[str] = []
    api.answers[:] = [503, 202, 422]
    poster = Poster(f"http://127.0.0.1:{api.server_address[1]}/", "k3y", said.append)
    for name in ("a", "b"):
        poster.send({"id": name})
    poster.close(20)
    assert [(path, key, body["id"]) for path, key, body in api.got] == [
        ("/v1/events", "Bearer k3y", name) for name in ("a", "a", "b")
    ]
    assert (poster.delivered, poster.failed) == (1, 1) and "422" in said[0]


def test_several_cameras_share_a_process_and_one_that_fails_leaves_the_others(
    film: Path, video: Callable[..., Path], change_model: Model, fit: Any, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.avi"
    broken.write_bytes(b"no video" * 100)
    told: list[tuple[str, str]] = []
    watched = runner.cameras(
        parse_all([f"gate={film}", str(broken), str(film)]),
        SourceSettings(),
        Plan(model=change_model),
        fit,
        Outputs(),
        lambda name, text: told.append((name, text)),
    )
    report = runner.watch(watched, Outputs(), lambda: None)
    by_name = {camera["camera"]: camera for camera in report["cameras"]}
    assert [by_name[name]["state"] for name in ("gate", "broken", "made")] == ["ended", "failed", "ended"]
    assert by_name["gate"]["events"] == by_name["made"]["events"] and report["peak_rss_mib"] > 0
    failure = runner.failure(watched)
    assert failure is not None and "1 of 3 cameras" in str(failure) and "broken.avi" in str(failure)


def test_a_signal_ends_it_and_the_report_is_there(
    video: Callable[..., Path], footage: Callable[..., Any], change_model: Model, fit: Any
) -> None:
    path = video(footage(200, []), fps=10)  # 20 s as if live
    watched = runner.cameras(
        parse_all([str(path)]), SourceSettings(realtime=True), Plan(model=change_model), fit, Outputs(), lambda *_: None
    )
    sent: list[int] = []

    def tick() -> None:
        if watched[0].scored >= 3 and not sent:
            sent.append(1)
            os.kill(os.getpid(), signal.SIGTERM)

    report = runner.watch(watched, Outputs(), tick, every=0.05)
    camera = report["cameras"][0]
    assert camera["state"] == "ended" and 3 <= camera["frames"]["scored"] < 200 and runner.failure(watched) is None
