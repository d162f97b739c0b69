"""Probes: what a device's policy refuses, and that who matches nobody leaves no biometric trace."""

from __future__ import annotations

import io
import logging
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from zhsq.data.registry import DataSet
from zhsq.serve.store.tables import Template

pytestmark = pytest.mark.data
#: Strangers at the door; ZHSQ_STRANGERS=1000 for the long run.
STRANGERS = int(os.environ.get("ZHSQ_STRANGERS", "12"))
CONSENT = {
    "reference": "flat 1",
    "consent_purpose": "entry",
    "consent_evidence": "form 1",
    "consent_expires_at": "2099-01-01T00:00:00Z",
    "credential_kind": "card",
    "credential_reference": "c1",
}


def photo(lfw: DataSet, name: str, number: int = 1) -> bytes:
    return (lfw.root / "lfw-deepfunneled" / name / f"{name}_{number:04d}.jpg").read_bytes()


def enrol(client, image: bytes) -> str:
    done = client.post("/v1/estates/east/subjects", data=CONSENT, files={"image": ("a.jpg", image)})
    assert done.status_code == 201, done.text
    return done.json()["subject"]


def identify(client, image: bytes, **form: str):
    return client.post("/v1/estates/east/faces/identify", data=form, files={"image": ("b.jpg", image)})


def device(client, name: str, **policy: str) -> str:
    return client.post("/v1/estates/east/devices", json={"name": name, **policy}).json()["id"]


def on_screen(image: bytes) -> bytes:
    """The photo as a coarse print would show it."""
    with Image.open(io.BytesIO(image)) as opened:
        small = opened.resize((125, 125)).resize((250, 250), Image.Resampling.NEAREST)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=30)
    return out.getvalue()


def test_a_probe_that_the_device_s_policy_refuses_matches_nobody(operator, app, lfw, monkeypatch) -> None:
    subject = enrol(operator, photo(lfw, "Abel_Pacheco"))
    probe = photo(lfw, "Abel_Pacheco", 4)
    free, strict = device(operator, "lobby"), device(operator, "gate", liveness="required")
    assert identify(operator, probe, device="lobby").json()["subject"] == subject
    live = app.state.services.liveness
    scores = iter([0.99, 0.01, 0.01])
    monkeypatch.setattr(type(live), "score", lambda self, image, face: next(scores))
    assert identify(operator, probe, device=strict).json()["subject"] == subject
    refused = identify(operator, probe, device="gate").json()
    assert (refused["decision"], refused["refused"], refused["subject"]) == ("unknown", "not-live", None)
    assert refused["gallery"] == 1 and refused["score"] is None
    assert identify(operator, probe).json()["refused"] == "not-live", "who leaves the device out gains nothing"
    operator.put(f"/v1/estates/east/devices/{strict}", json={"liveness": "off"})
    assert identify(operator, probe).json()["subject"] == subject
    assert identify(operator, probe, device="roof").status_code == 404
    operator.put(f"/v1/estates/east/devices/{free}", json={"quality": "require"})
    with Image.open(io.BytesIO(probe)) as opened:
        out = io.BytesIO()
        opened.resize((75, 75)).save(out, "PNG")
    bad = identify(operator, out.getvalue(), device="lobby").json()
    assert (bad["decision"], bad["refused"]) == ("unknown", "low-quality") and bad["quality_reasons"]


def test_the_real_liveness_model_is_asked_and_its_threshold_decides(operator, app, lfw) -> None:
    enrol(operator, photo(lfw, "Abel_Pacheco"))
    device(operator, "gate", liveness="required")
    services = app.state.services
    threshold = services.liveness.bundle.threshold("live").value
    for image in (photo(lfw, "Abel_Pacheco", 4), on_screen(photo(lfw, "Abel_Pacheco", 4))):
        pixels = np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))
        live = services.liveness.score(pixels, services.face.choose(pixels, "largest")) >= threshold
        assert (identify(operator, image, device="gate").json()["refused"] is None) == live


class Traces:
    """What would give a face away: runs of its template in any number format, and of its picture's bytes."""

    def __init__(self) -> None:
        self.needles: dict[bytes, str] = {}

    def template(self, name: str, vector: np.ndarray) -> None:
        """Any eight components in a row, as float64, float32, float16, or int8 by its largest component or by 1."""
        shapes = {
            "float64": vector.astype("<f8"),
            "float32": vector.astype("<f4"),
            "float16": vector.astype("<f2"),
            "int8": np.round(vector * (127 / np.abs(vector).max())).astype(np.int8),
        }
        for kind, values in shapes.items():
            run = 16 if kind == "int8" else 8  # 16 bytes at least, so that nothing is found by chance
            for at in range(0, len(values) - run + 1, run):
                self.needles[values[at : at + run].tobytes()] = f"{name}: {kind} template from {at}"

    def picture(self, name: str, data: bytes) -> None:
        """Runs of 32 bytes behind the headers that all JPEGs share."""
        for at in range(len(data) // 2, len(data) - 32, 512):
            self.needles[data[at : at + 32]] = f"{name}: picture from byte {at}"

    def found(self, text: bytes) -> list[str]:
        starts = {needle[:16]: name for needle, name in self.needles.items()}  # 16 bytes never agree by chance
        windows = (text[at : at + 16] for at in range(len(text) - 15))
        return [starts[window] for window in windows if window in starts]


def test_probes_that_match_nobody_leave_no_trace_on_disk_or_in_logs(
    operator, app, lfw, tmp_path: Path, monkeypatch, caplog
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    spilled: list[int] = []  # a spooled upload that grows too large goes to a file without a name, which no scan finds
    real = tempfile.SpooledTemporaryFile.rollover
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda file: (spilled.append(1), real(file)))
    caplog.set_level(logging.DEBUG)
    services = app.state.services
    enrol(operator, photo(lfw, "Abel_Pacheco"))
    with services.database.session() as session:
        guard = services.space(services.estate(session, "east")).guard

    folders = sorted(folder for folder in (lfw.root / "lfw-deepfunneled").iterdir() if folder.name != "Abel_Pacheco")
    traces, unknown = Traces(), 0
    for number in range(STRANGERS):
        path = sorted(folders[number * len(folders) // STRANGERS].glob("*.jpg"))[0]
        image = path.read_bytes()
        if number == 0:
            image += bytes(2_000_000)  # a photo straight from a phone: larger than what is spooled in memory by default
        answer = identify(operator, image)
        assert answer.status_code == 200, answer.text
        if answer.json()["decision"] != "unknown":
            continue
        unknown += 1
        vector = services.face.template(np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))).vector
        traces.template(f"{path.name} plain", vector)
        traces.template(f"{path.name} rotated", guard.rotate(vector))
        traces.picture(path.name, path.read_bytes())
    assert unknown >= 0.9 * STRANGERS

    def scan() -> list[str]:
        found = traces.found(caplog.text.encode())
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            found += [f"{path.name}: {trace}" for trace in traces.found(path.read_bytes())]
        return found

    assert {"serve.db", "serve.db-wal"} <= {path.name for path in tmp_path.iterdir()}, "what is scanned is there"
    assert scan() == [] and spilled == []
    # And it would be found: a rotated template put into the store, three quarters of a picture into a file.
    with services.database.session() as session:
        owner = session.scalar(select(Template.subject_id))
        made = {"id": "planted", "estate_id": "east", "subject_id": owner, "bundle_sha256": "x", "key_id": "x"}
        session.add(Template(**made, sealed=guard.rotate(vector).astype("<f2").tobytes()))
    (temporary / "left").write_bytes(path.read_bytes()[: len(path.read_bytes()) * 3 // 4])
    places = {trace.split(":")[0] for trace in scan()}
    assert "left" in places and places & {"serve.db", "serve.db-wal"}
