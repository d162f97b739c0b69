"""`zhsq watch` as a user meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhsq.models.bundle import Bundle

ZHSQ = Path(sys.executable).with_name("zhsq")


def watch(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **(env or {})}
    command = [str(ZHSQ), "watch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=600)


@pytest.fixture(scope="session")
def vtest(datasets: Path) -> Path:
    path = datasets / "video_samples" / "vtest.avi"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path


@pytest.fixture(scope="module")
def run(
    vtest: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, object], subprocess.CompletedProcess[str], Path]:
    """The issue's own command, and everything that it may write."""
    folder = tmp_path_factory.mktemp("watch")
    done = watch(
        vtest, "--fit-first", 300, "--json", folder / "w.json", "--events", folder / "e.jsonl",
        "--snapshots", folder / "pictures",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads((folder / "w.json").read_text()), done, folder


@pytest.mark.data
def test_it_learns_from_the_first_frames_and_watches_the_rest(
    run: tuple[dict[str, object], subprocess.CompletedProcess[str], Path],
) -> None:
    report, done, folder = run
    (camera,) = report["cameras"]  # type: ignore[misc]
    assert camera["source"].endswith("vtest.avi") and camera["state"] == "ended" and camera["error"] is None
    assert camera["frames"]["decoded"] == 795
    assert camera["frames"]["scored"] == camera["frames"]["taken"] - 300
    assert camera["frames"]["taken"] + camera["frames"]["skipped_total"] == 795
    assert camera["learning"]["ready"] and camera["learning"]["ready_at_frame"] == 300
    assert camera["threshold"]["value"] > 0 and camera["threshold"]["source"]
    assert len(camera["model"]["sha256"]) == 64
    assert camera["latency_ms"]["p95"] >= camera["latency_ms"]["p50"] > 0 and camera["frames_per_second"] > 0
    assert camera["drift"]["verdict"] in ("none", "watch", "refit") and camera["reconnects"] == 0
    assert camera["false_alarms_on_normal"]["high"] > 0 and report["peak_rss_mib"] > 0  # type: ignore[operator]
    lines = [json.loads(line) for line in (folder / "e.jsonl").read_text().splitlines()]
    assert len(lines) == 2 * camera["events_total"] == 2 * len(camera["events"])
    assert all(Path(line["data"]["snapshot"]).is_file() for line in lines)
    assert "not yet ready" in done.stdout and "Ready: model" in done.stdout


@pytest.mark.data
def test_two_cameras_and_a_model_that_is_there_already(
    run: tuple[dict[str, object], subprocess.CompletedProcess[str], Path], vtest: Path, home: Path, tmp_path: Path
) -> None:
    sha = run[0]["cameras"][0]["model"]["sha256"]  # type: ignore[index]
    bundles = [Bundle.load(path) for path in (home / "bundles").glob("camera-vtest-1.0.0-*")]
    (bundle,) = (bundle for bundle in bundles if bundle.sha256 == sha)
    path = tmp_path / "w.json"
    done = watch(f"a={vtest}", f"b={vtest}", "--model", bundle.path, "--max-frames", 40, "--json", path)
    assert done.returncode == 0, done.stderr
    a, b = json.loads(path.read_text())["cameras"]
    assert (a["camera"], b["camera"]) == ("a", "b")
    for camera in (a, b):
        assert camera["frames"]["scored"] == 40 and camera["model"]["sha256"] == sha and camera["learning"] is None


@pytest.mark.data
def test_ctrl_c_ends_cleanly_and_writes_the_report(vtest: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    process = subprocess.Popen(
        # A shell that runs the tests in the background has Ctrl-C ignored, and children inherit that.
        ["env", "--default-signal=INT", ZHSQ, "watch", vtest, "--realtime", "--json", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "not yet ready" in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    (camera,) = json.loads(path.read_text())["cameras"]
    assert camera["state"] == "learning" and not camera["learning"]["ready"] and camera["frames"]["taken"] >= 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.avi"], "There is no file nowhere.avi"),
        (["README.md"], "README.md"),
        (["ftp://host/film"], "'ftp' are not read"),
        (["README.md", "--model", "x", "--fit-first", "5"], "--warm"),
        (["README.md", "--post", "http://127.0.0.1:1"], "--events and --estate"),
        (["README.md", "--post", "http://127.0.0.1:1", "--events", "e", "--estate", "e"], "ZHSQ_API_KEY"),
        (["README.md", "--json", "/no/such/folder/w.json"], "--json"),
        (["README.md", "--events", "/no/such/folder/e.jsonl"], "--events"),
        (["README.md", "--experiment", "experiments/plate-reader.yaml"], "Watching fits anomaly models"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_watched(arguments: list[str], said: str) -> None:
    done = watch(*arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert said in done.stderr.replace("\n", " ")


def test_the_missing_extra_is_named() -> None:
    code = "import sys; sys.modules['av'] = None; sys.argv = ['zhsq', 'watch', 'README.md']; from zhsq.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "pip install 'zhsq[watch]'" in done.stderr and "Traceback" not in done.stderr
