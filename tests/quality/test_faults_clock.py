"""The machine's clock jumps under a real server, by libfaketime: what had ended stays ended, and no time goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from zhsq.models.bundle import Bundle
from zhsq.serve.security.audit import verify
from zhsq.serve.store.tables import Alert, AlertStep, AuditEntry
from zhsq_testing.process import ESTATE, Api

pytestmark = pytest.mark.data
HOUR = 3600


class Faked:
    """A clock that a process reads by libfaketime, so many seconds off the real one. It jumps while the process runs."""

    def __init__(self, folder: Path) -> None:
        library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
        if library is None:
            pytest.skip("libfaketime is not on this machine: apt-get install faketime")
        self._file = folder / "clock"
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # it never jumps in a real machine either
        }
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """To so many seconds off the real time."""
        self._file.write_text(f"{seconds:+d}\n")
        self.off = seconds

    def in_future(self, seconds: int) -> str:
        """A time so far after the faked present, as ISO 8601."""
        return (datetime.now(UTC) + timedelta(seconds=self.off + seconds)).isoformat()


def enrol(client: httpx.Client, photo: bytes, until: str) -> httpx.Response:
    form = {
        "reference": "flat 1",
        "consent_purpose": "entry",
        "consent_evidence": "form 1",
        "consent_expires_at": until,
        "credential_kind": "card",
        "credential_reference": "card 1",
    }
    return client.post(f"/v1/estates/{ESTATE}/subjects", data=form, files={"image": ("a.jpg", photo)})


def decisions(client: httpx.Client, photos: list[bytes]) -> list[str]:
    path = f"/v1/estates/{ESTATE}/faces/identify"
    return [client.post(path, files={"image": ("b.jpg", photo)}).json()["decision"] for photo in photos]


def crossed(client: httpx.Client, number: int, at: str) -> httpx.Response:
    data = {"estate": ESTATE, "device": f"fence-{number}", "state": "crossed"}
    event = {"specversion": "1.0", "id": str(number), "source": "/fence", "type": "perimeter", "time": at, "data": data}
    return client.post("/v1/events", json=event)


def test_what_had_ended_stays_ended_when_the_clock_is_set_back_and_the_audit_keeps_its_order(
    tmp_path: Path, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    clock, people = Faked(tmp_path), residents(2)
    with Api(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", face_bundle, plate_bundle, clock.environment) as api:
        api.prepare()
        api.start()
        with api.client() as client:
            assert enrol(client, people[0], clock.in_future(HOUR)).status_code == 201
            assert enrol(client, people[1], clock.in_future(1000 * HOUR)).status_code == 201
            assert decisions(client, people) == ["match", "match"]
            assert crossed(client, 1, clock.in_future(0)).status_code == 202

            clock.jump(2 * HOUR)
            assert decisions(client, people) == ["unknown", "match"]
            assert client.get("/health/ready").json()["status"] == "ok"
            assert crossed(client, 2, clock.in_future(0)).status_code == 202

            clock.jump(0)
            assert decisions(client, people) == ["unknown", "match"]
            ready = client.get("/health/ready").json()
            assert ready["status"] == "degraded" and ready["clock_behind_s"] > HOUR
            assert enrol(client, people[0], clock.in_future(HOUR)).json()["code"] == "consent-required"

        api.kill()
        api.start()  # the audit says what the time was before
        with api.client() as client:
            assert decisions(client, people) == ["unknown", "match"]
            assert client.get("/health/ready").json()["clock_behind_s"] > HOUR
            clock.jump(3 * HOUR)
            assert client.get("/health/ready").json()["status"] == "ok"
            assert decisions(client, people) == ["unknown", "match"]
            assert crossed(client, 3, clock.in_future(0)).status_code == 202
        database = api.database()
        with database.session() as session:
            assert verify(session) is None
            times = list(session.scalars(select(AuditEntry.at).order_by(AuditEntry.id)))
            assert times == sorted(times)
            assert len(session.scalars(select(Alert)).all()) == 3
            for alert in session.scalars(select(Alert)):
                steps = session.scalars(select(AlertStep).where(AlertStep.alert_id == alert.id)).all()
                assert all(step.at >= alert.opened_at for step in steps)
        database.close()
