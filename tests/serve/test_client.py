"""The generated client: it is the one of this API, and makes the main journey against a really running server."""

from __future__ import annotations

import asyncio
import filecmp
import importlib.util
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from fastapi import FastAPI

from zhsq.data.registry import DataSet
from zhsq.quickstart.samples import PLATE_TEXT, jpeg, plate
from zhsq.serve.security.keys import create
from zhsq.serve.server import Server

CLIENT = Path(__file__).parents[2] / "clients" / "python"


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def differences(compared: filecmp.dircmp[str]) -> Iterator[str]:
    yield from (*compared.left_only, *compared.right_only, *compared.diff_files, *compared.funny_files)
    for folder, inner in compared.subdirs.items():
        yield from (f"{folder}/{name}" for name in differences(inner))


def test_the_client_is_generated_from_the_api_as_it_is(tmp_path: Path) -> None:
    pytest.importorskip("openapi_python_client", reason="the generator is not installed")
    pytest.importorskip("ruff", reason="the formatter is not installed")
    load("generate", CLIENT / "generate.py").generate(tmp_path / "zhsq_client")
    compared = filecmp.dircmp(tmp_path / "zhsq_client", CLIENT / "zhsq_client", ignore=["__pycache__", ".ruff_cache"])
    assert list(differences(compared)) == [], "run: python clients/python/generate.py"


@pytest.fixture
def zhsq_client(monkeypatch) -> Iterator[ModuleType]:
    """The package of this checkout, as if it were installed."""
    monkeypatch.syspath_prepend(str(CLIENT))
    import zhsq_client

    yield zhsq_client
    for name in [name for name in sys.modules if name.split(".")[0] == "zhsq_client"]:
        del sys.modules[name]


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    with Server(app) as server:
        yield server.url


def key(app: FastAPI, role: str = "operator", estate: str | None = None) -> str:
    with app.state.services.database.session() as session:
        return create(session, role, role, estate)


@pytest.mark.data
def test_the_main_journey(app: FastAPI, url: str, zhsq_client, lfw: DataSet) -> None:
    """Estate, device, enrolment, verify, identify, vehicle, plate match, event, alert, erasure."""
    from zhsq_client import models as m
    from zhsq_client.api.alerts import acknowledge_alert, get_alert, list_alerts, resolve_alert
    from zhsq_client.api.devices import create_device, list_devices
    from zhsq_client.api.estates import create_estate
    from zhsq_client.api.events import receive_events
    from zhsq_client.api.faces import identify_face, verify_faces
    from zhsq_client.api.people import check_erasure, enrol_subject, erase_subject, list_erasures, list_subjects
    from zhsq_client.api.plates import list_vehicles, match_plate, register_vehicle
    from zhsq_client.types import File

    def photo(number: int, name: str = "Abel_Pacheco") -> File:
        path = lfw.root / "lfw-deepfunneled" / name / f"{name}_{number:04d}.jpg"
        return File(payload=io.BytesIO(path.read_bytes()), file_name=path.name, mime_type="image/jpeg")

    with zhsq_client.AuthenticatedClient(url, token=key(app), raise_on_unexpected_status=True, timeout=60) as client:
        assert create_estate.sync(client=client, body=m.EstateCreate(id="east", name="东区")).name == "东区"
        gate = create_device.sync("east", client=client, body=m.DeviceCreate(name="gate", kind="face"))
        assert [each.id for each in list_devices.sync("east", client=client, kind="face").items] == [gate.id]

        form = m.SubjectCreateForm(
            image=photo(1), reference="flat 502", consent_purpose="entry", consent_evidence="form 1",
            consent_expires_at=datetime.now(UTC) + timedelta(days=365), credential_kind="card",
            credential_reference="card 1",
        )  # fmt: skip
        person = enrol_subject.sync("east", client=client, body=form, idempotency_key="enrol-1")
        assert isinstance(person, m.Enrolment), person
        form.image = photo(1)
        again = enrol_subject.sync_detailed("east", client=client, body=form, idempotency_key="enrol-1")
        assert again.parsed == person and again.headers["idempotency-replayed"] == "true"
        assert [each.id for each in list_subjects.sync("east", client=client, consent="holds").items] == [
            person.subject
        ]

        pair = m.VerifyRequestForm(first=photo(1), second=photo(4))
        assert verify_faces.sync(client=client, body=pair).match
        probe = m.IdentifyRequestForm(image=photo(4), device="gate")
        assert identify_face.sync("east", client=client, body=probe).subject == person.subject
        stranger = m.IdentifyRequestForm(image=photo(1, "Akhmed_Zakayev"))
        assert identify_face.sync("east", client=client, body=stranger).decision == "unknown"

        car = register_vehicle.sync("east", client=client, body=m.VehicleCreate(plate=PLATE_TEXT))
        picture = File(payload=io.BytesIO(jpeg(plate())), file_name="p.jpg", mime_type="image/jpeg")
        found = match_plate.sync(client=client, body=m.PlateMatchRequestForm(image=picture, estate="east"))
        assert (found.decision, found.plate) == ("match", PLATE_TEXT)
        page = list_vehicles.sync("east", client=client, plate_prefix=PLATE_TEXT[:2])
        assert ([each.id for each in page.items], page.next_) == ([car.id], None)

        data = m.FireEventData(estate="east", device="smoke-7", kind="smoke", value=1)
        event = m.FireEvent(specversion="1.0", id="41", source="/east/panel", type_="fire", data=data)
        taken = receive_events.sync(client=client, body=event)
        assert not taken.duplicate and len(taken.alerts) == 1
        (one,) = receive_events.sync(client=client, body=[event])
        assert one.duplicate
        (alert,) = list_alerts.sync(client=client, estate="east", state=["open"]).items
        read = get_alert.sync_detailed(alert.id, client=client)
        tag = read.headers["etag"]
        assert read.parsed.evidence[0].data["device"] == "smoke-7"
        seen = acknowledge_alert.sync(alert.id, client=client, body=m.Note(note="going"), if_match=tag)
        assert seen.state == "acknowledged"
        late = resolve_alert.sync(alert.id, client=client, body=m.Closing(note="burnt toast"), if_match=tag)
        assert isinstance(late, m.Problem) and late.code == "changed-meanwhile"
        assert resolve_alert.sync(alert.id, client=client, body=m.Closing(verdict="false")).verdict == "false"

        receipt = erase_subject.sync("east", person.subject, client=client)
        assert receipt.templates_left == 0
        (listed,) = list_erasures.sync("east", client=client, subject=person.subject).items
        assert check_erasure.sync("east", listed.id, client=client).check.holds
        form.image = photo(1)
        gone = enrol_subject.sync("east", client=client, body=form, idempotency_key="enrol-1")
        assert isinstance(gone, m.Problem) and gone.code == "answer-gone"


def test_problems_come_in_the_caller_s_language_and_pages_follow_each_other(
    app: FastAPI, url: str, zhsq_client
) -> None:
    from zhsq_client import models as m
    from zhsq_client.api.estates import create_estate, get_estate, list_estates

    client = zhsq_client.AuthenticatedClient(url, token=key(app), timeout=60).with_headers({"Accept-Language": "zh-CN"})

    async def journey() -> None:
        async with client as open_client:
            for name in ("a", "b", "c"):
                await create_estate.asyncio(client=open_client, body=m.EstateCreate(id=name, name=name))
            missing = await get_estate.asyncio("none", client=open_client)
            assert isinstance(missing, m.Problem)
            assert (missing.status, missing.title, missing.detail) == (404, "未找到", "没有小区 'none'。")
            seen, cursor = [], None
            while True:
                page = await list_estates.asyncio(client=open_client, limit=2, cursor=cursor)
                seen.append([each.id for each in page.items])
                cursor = page.next_
                if cursor is None:
                    break
            assert seen == [["a", "b"], ["c"]]

    asyncio.run(journey())


def test_without_a_key_the_client_tells_what_is_missing(url: str, zhsq_client) -> None:
    from zhsq_client.api.estates import list_estates
    from zhsq_client.models import Problem

    with zhsq_client.AuthenticatedClient(url, token="zhsq_wrong", timeout=60) as client:
        done = list_estates.sync(client=client)
    assert isinstance(done, Problem) and done.code == "unauthorized" and len(done.request) == 32
