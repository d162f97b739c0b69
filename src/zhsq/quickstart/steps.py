"""The steps of the quickstart, each of which shows one part of the whole with what is at hand."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
from rich.console import Console

from zhsq.bench import suite
from zhsq.bench.result import BenchOptions, BenchResult
from zhsq.commands.output import progress_hook
from zhsq.commands.promote import judge
from zhsq.data.registry import data_root
from zhsq.deploy.repository import export
from zhsq.deploy.server import TritonServer
from zhsq.errors import RuntimeUnavailableError, ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.quickstart import samples
from zhsq.runtime.load import RuntimeSettings, open_runner
from zhsq.tracking import registry, store
from zhsq.tracking.promotion import promote
from zhsq.workspace import workspace

#: Photos' pairs and test frames in the quickstart: a look, not a measurement. The reports say 'subset'.
FACE_PAIRS = 200
TEST_FRAMES = 300


@dataclass
class Show:
    """What the quickstart gathers on its way."""

    console: Console
    results: list[BenchResult] = field(default_factory=list)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Say what starts, and how long it took."""
        start = time.perf_counter()
        self.console.print(f"[bold]{title}[/]")
        yield
        self.console.print(f"  [dim]{time.perf_counter() - start:.1f} s[/]")


def benchmark(show: Show) -> None:
    """Measure every family on real data where they are found; anomaly on a drawn scene where not."""
    root = data_root()
    plan: list[tuple[str, str, str, int]] = [
        ("face-verification", "lfw", "", FACE_PAIRS),
        ("plate-reading", "plates_cn", "", 0),
        ("plate-end-to-end", "ccpd_samples", "", 0),
        ("video-anomaly", "ucsd_ped2", "drawn", TEST_FRAMES),
    ]
    for task, name, fallback, limit in plan:
        data, shown = name, limit
        if not (root / name).is_dir():
            if not fallback:
                show.notes.append(f"{task}: data set {name} is not at hand; not measured (zhsq data fetch {name}).")
                continue
            data, shown = str(samples.scene(workspace().root / "drawn-scene")), 0
            show.notes.append(f"{task}: measured on a drawn scene, which says nothing about real cameras.")
        with progress_hook(f"  {task}") as hook:
            options = BenchOptions(limit=shown, resamples=200, progress=hook)
            result = suite.run(task, None, data, options)
        show.results.append(result)
        show.console.print(f"  {task}: {_headline(result)}", highlight=False)


def track_and_promote(show: Show) -> None:
    """Log every result as an MLflow run and put it through the gates."""
    for result in show.results:
        task = result.report.task
        run_id = store.log(result.report, result.bundle, result.trials, result.options)
        show.console.print(f"  {task}: run {run_id[:12]}, {_promoted(task, run_id)}", highlight=False, markup=False)


def _promoted(task: str, run_id: str) -> str:
    """Promote a run if the gates let it, and say how it went."""
    run = store.read(run_id)
    if "/subset" in run.report.protocol and registry.champion_is_whole(task):
        return "not promoted: the champion was measured on the whole protocol and stays"
    judged = judge(run, None, allow_subset=True)
    if judged.refusals:
        return "not promoted: " + "; ".join(f"{gate.name}: {gate.value}, needs {gate.need}" for gate in judged.refusals)
    warnings = sum(gate.state == "warn" for gate in judged.gates)
    return f"champion, registry version {promote(judged).version}, {warnings} warnings in its signed record"


def export_and_deploy(show: Show) -> TritonServer:
    """Write both variants of the Triton repository, start the real Triton, and compare its answers."""
    repository = workspace().repository
    for bundle in show.bundles.values():
        for variant in ("python", "onnxruntime"):
            export(bundle, repository / variant, variant=variant)
    # A server of its own on free ports: one that the user started is left alone.
    state = workspace().root / "triton" / "quickstart.json"
    if (leftover := TritonServer.current(state)) is not None:
        leftover.stop()  # of an interrupted quickstart
    server = TritonServer.start(repository / "python", state=state)
    try:
        names = server.load_all()
        show.console.print(f"  Triton at {server.url} serves {', '.join(names)}", highlight=False)
        _compare(show, server)
    except BaseException:
        server.stop()
        raise
    return server


def _compare(show: Show, server: TritonServer) -> None:
    from zhsq.models.plate.pipeline import PlatePipeline

    bundle = show.bundles["plate"]
    picture = samples.plate()
    here = PlatePipeline(bundle, open_runner(bundle)).read_crop(picture)
    settings = RuntimeSettings(kind="triton", triton_url=server.url)
    there = PlatePipeline(bundle, open_runner(bundle, settings)).read_crop(picture)
    if here.text != there.text or abs(here.confidence - there.confidence) > 1e-3:
        raise ZhsqError(f"Triton reads {there.text!r}, the in-process runtime {here.text!r}.", "Don't deploy this.")
    show.console.print(f"  one plate read by both: {here.text} = {there.text}", highlight=False)


def match_and_alert(show: Show, url: str, key: str) -> None:
    """Over the API: enrol with consent, identify, erase; register a vehicle and match it; raise and close an alert."""
    first, second = _faces()
    estate = f"quickstart-{os.urandom(3).hex()}"  # a fresh one, so that a second run meets no leftovers
    with httpx.Client(base_url=f"{url}/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60) as api:
        _ok(api.post("/estates", json={"id": estate, "name": "Quickstart 示范小区"}))
        form = {
            "reference": "demonstration",
            "consent_purpose": "demonstration of entry by face",
            "consent_evidence": "public photograph; no resident",
            "consent_expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
            "credential_kind": "pin",
            "credential_reference": "demonstration",
        }
        subject = _ok(api.post(f"/estates/{estate}/subjects", data=form, files={"image": first}))["subject"]
        found = _ok(api.post(f"/estates/{estate}/faces/identify", files={"image": second}))
        show.facts["face"] = (
            f"{found['decision']}, cosine {found['score'] or float('nan'):.3f} >= {found['threshold']:.3f}"
        )
        receipt = _ok(api.delete(f"/estates/{estate}/subjects/{subject}"))
        show.facts["erasure"] = f"templates left {receipt['templates_left']}, receipt {receipt['digest'][:12]}"
        picture = {"image": samples.jpeg(samples.plate())}
        _ok(api.post(f"/estates/{estate}/vehicles", json={"plate": samples.PLATE_TEXT}))
        plate = _ok(api.post("/plates/match", data={"estate": estate}, files=picture))
        show.facts["plate"] = (
            f"{plate['decision']} {plate['plate']}, weakest character {plate['read']['confidence']:.3f}"
        )
        data = {"estate": estate, "device": "smoke-detector-1", "kind": "smoke", "value": 1}
        event = {"id": os.urandom(6).hex(), "source": "/quickstart/fire-panel", "type": "fire", "data": data}
        alert = _ok(api.post("/events", json=event))["alerts"][0]
        _ok(api.post(f"/alerts/{alert}/acknowledge"))
        closed = _ok(api.post(f"/alerts/{alert}/resolve", json={"note": "quickstart"}))
        show.facts["alert"] = f"{closed['message']['en']} / {closed['message']['zh']}: {closed['state']}"
    if found["decision"] != "match" or plate["decision"] != "match":
        raise ZhsqError("The demonstration did not match what it enrolled.", f"Face: {found}; plate: {plate}")


def _faces() -> tuple[bytes, bytes]:
    """Two photos of one person: of LFW where it is found, else the portrait that ships in a package."""
    folder = data_root() / "lfw" / "lfw-deepfunneled" / "Abel_Pacheco"
    photos = [folder / f"Abel_Pacheco_{number:04d}.jpg" for number in (1, 4)]
    if all(photo.is_file() for photo in photos):
        return photos[0].read_bytes(), photos[1].read_bytes()
    return samples.portraits()


def _ok(reply: httpx.Response) -> dict[str, Any]:
    if reply.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        raise RuntimeUnavailableError(reply.json()["detail"])
    if reply.is_error:
        raise ZhsqError(f"{reply.request.url.path} answered {reply.status_code}: {reply.text}")
    answer: dict[str, Any] = reply.json()
    return answer


def _headline(result: BenchResult) -> str:
    name, figure = next(iter(result.report.metrics.items()))
    low, high = (f"{value:.4f}" if np.isfinite(value) else "?" for value in (figure.low, figure.high))
    return f"{name} {figure.value:.4f} ({low} to {high}), n = {result.report.n}"
