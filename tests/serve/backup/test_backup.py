"""Back-up and restore, on both databases and across them; what must not come undone by a restore."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from typer.testing import CliRunner

from zhsq.cli import app as command
from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.backup.restoring import open_back_up, restore
from zhsq.serve.backup.taking import back_up
from zhsq.serve.security import audit
from zhsq.serve.security.key_provider import EnvironmentKeys
from zhsq.serve.security.keys import create
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.settings import Settings
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import AuditEntry, Base, Estate, Event, Vehicle, now

MASTER, AUDIT = "ab" * 32, "cd" * 32
KEYS = TemplateKeys(EnvironmentKeys(MASTER))


class Site:
    """An app on a database, with an operator's client."""

    def __init__(self, url: str, face: Bundle, plate: Bundle, key: str = "") -> None:
        self.settings = Settings(database_url=url, master_key=MASTER, audit_key=AUDIT)
        self.app = create_app(self.settings, face=face, plate=plate)
        self.database: Database = self.app.state.services.database
        if not key:
            with self.database.session() as session:
                key = create(session, "operator", "operator", None)
        self.key = key
        self.client = TestClient(self.app, headers={"X-API-Key": key}, raise_server_exceptions=False)

    def enrol(self, photo: bytes) -> str:
        form = {
            "reference": "flat 1",
            "consent_purpose": "entry",
            "consent_evidence": "form 1",
            "consent_expires_at": "2099-01-01T00:00:00Z",
            "credential_kind": "card",
            "credential_reference": "card 1",
        }
        done = self.client.post("/v1/estates/east/subjects", data=form, files={"image": ("a.jpg", photo)})
        assert done.status_code == 201, done.text
        return str(done.json()["subject"])

    def who(self, photo: bytes) -> str | None:
        done = self.client.post("/v1/estates/east/faces/identify", files={"image": ("b.jpg", photo)})
        assert done.status_code == 200, done.text
        return done.json()["subject"]


@pytest.fixture
def site(face_bundle: Bundle, plate_bundle: Bundle) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(url: str, key: str = "") -> Site:
        made.append(Site(url, face_bundle, plate_bundle, key))
        return made[-1]

    yield make
    for each in made:
        each.app.state.services.close()


def exported(database: Database, path: Path) -> Path:
    with database.session() as session, path.open("w") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in audit.export(session))
    return path


@pytest.mark.data
@pytest.mark.parametrize("way", ["sqlite to postgres", "postgres to sqlite"])
def test_everything_comes_back_in_the_other_database_and_who_was_erased_since_stays_erased(
    way, site, tmp_path, postgres_url, residents
) -> None:
    urls = [f"sqlite:///{tmp_path / 'a.db'}", postgres_url]
    source, target = urls if way == "sqlite to postgres" else reversed(urls)
    kept, erased, withdrawn = residents(3)
    before = site(source)
    before.client.post("/v1/estates", json={"id": "east", "name": "东"})
    subjects = [before.enrol(photo) for photo in (kept, erased, withdrawn)]
    gone = before.client.post("/v1/estates/east/vehicles", json={"plate": "皖A00001"}).json()["id"]
    event = {"specversion": "1.0", "id": "1", "source": "/f", "type": "perimeter"}
    event["data"] = {"estate": "east", "device": "fence", "state": "crossed"}
    assert len(before.client.post("/v1/events", json=event).json()["alerts"]) == 1
    manifest = back_up(before.database, tmp_path / "b.zip", bytes.fromhex(AUDIT))
    assert manifest.tables["templates"].rows == 3 and manifest.keys == KEYS.provider.ids()
    before.client.delete(f"/v1/estates/east/subjects/{subjects[1]}")
    before.client.post(f"/v1/estates/east/subjects/{subjects[2]}/withdraw")
    before.client.delete(f"/v1/estates/east/vehicles/{gone}")
    assert before.client.post("/v1/estates/east/vehicles", json={"plate": "皖A00002"}).status_code == 201
    later = exported(before.database, tmp_path / "audit.jsonl")

    reader = open_back_up(tmp_path / "b.zip", bytes.fromhex(AUDIT), KEYS)
    empty = Database(target, bytes.fromhex(AUDIT))
    restored = restore(empty, reader, KEYS, bytes.fromhex(AUDIT), later)
    empty.close()
    assert restored.done_again == {"subject.erase": 1, "consent.withdraw": 1, "vehicle.remove": 1}
    assert restored.lost == {"vehicle.register": 1} and restored.galleries_amiss == []
    after = site(target, before.key)
    assert [after.who(photo) for photo in (kept, erased, withdrawn)] == [subjects[0], None, None]
    assert after.client.get("/v1/estates/east/vehicles").json()["items"] == []
    assert after.client.post("/v1/events", json=event).json()["duplicate"]
    assert after.client.post("/v1/events", json={**event, "id": "2"}).status_code == 202, "numbers go on"
    receipts = after.client.get("/v1/estates/east/erasures", params={"subject": subjects[1]}).json()["items"]
    assert len(receipts) == 1
    with after.database.session() as session:
        assert audit.verify(session) is None
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "store.restore"))
        assert entry.target == manifest.digest and entry.outcome == "3 done again"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """A small store."""
    made = Database(f"sqlite:///{tmp_path / 'small.db'}", bytes.fromhex(AUDIT))
    with made.session() as session:
        session.add(Estate(id="east", name="east", salt=bytes(32)))
        session.flush()
        session.add(Vehicle(estate_id="east", plate="皖A12345"))
        session.add(Event(source="s", event_id="1", type="x", estate_id="east", time=now(), data={"bytes": "no mark"}))
        audit.record(session, "tests", "estate.create", "east")
    yield made
    made.close()


@pytest.fixture
def file(store: Database, tmp_path: Path) -> Path:
    back_up(store, tmp_path / "b.zip", bytes.fromhex(AUDIT))
    return tmp_path / "b.zip"


def opened(path: Path, master: str = MASTER, key: str = AUDIT) -> None:
    open_back_up(path, bytes.fromhex(key), TemplateKeys(EnvironmentKeys(master)))


def test_the_file_is_the_owner_s_alone_holds_no_key_and_is_never_overwritten(store, file) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (MASTER, AUDIT):
        assert secret.encode() not in content and bytes.fromhex(secret) not in content
    with pytest.raises(ZhsqError, match="there already"):
        back_up(store, file, bytes.fromhex(AUDIT))


def test_a_damaged_file_is_refused_wherever_it_is_damaged(file, tmp_path) -> None:
    whole = file.read_bytes()
    broken = tmp_path / "broken.zip"
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        broken.write_bytes(whole[:cut])
        with pytest.raises(ZhsqError, match="damaged"):
            opened(broken)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in ("manifest.json", "tables/vehicles.jsonl", "tables/audit.jsonl"):
        assert b"1" in parts[name]
        with zipfile.ZipFile(broken, "w") as archive:  # whole as an archive, but other than it was
            for other, content in parts.items():
                archive.writestr(other, content.replace(b"1", b"7") if other == name else content)
        with pytest.raises(ZhsqError, match=r"damaged|was changed"):
            opened(broken)


def test_the_keys_that_are_needed_are_asked_for_before_anything_is_written(site, tmp_path, residents) -> None:
    source = site(f"sqlite:///{tmp_path / 'a.db'}")
    source.client.post("/v1/estates", json={"id": "east", "name": "east"})
    source.enrol(residents(1)[0])
    back_up(source.database, tmp_path / "b.zip", bytes.fromhex(AUDIT))
    opened(tmp_path / "b.zip", master=f"{'11' * 32},{MASTER}")
    with pytest.raises(ZhsqError, match="needs the keys"):
        opened(tmp_path / "b.zip", master="11" * 32)
    with pytest.raises(ZhsqError, match="another audit key"):
        opened(tmp_path / "b.zip", key="11" * 32)


def test_a_store_that_is_not_empty_is_left_as_it_is(store, file) -> None:
    reader = open_back_up(file, bytes.fromhex(AUDIT), KEYS)
    with pytest.raises(ZhsqError, match="not empty"):
        restore(store, reader, KEYS, bytes.fromhex(AUDIT), None)
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(Vehicle)) == 1


def test_every_row_of_every_table_comes_back_as_it_was(store, file, tmp_path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'other.db'}", bytes.fromhex(AUDIT))
    restore(empty, open_back_up(file, bytes.fromhex(AUDIT), KEYS), KEYS, bytes.fromhex(AUDIT), None)
    for table in Base.metadata.sorted_tables:
        if table.name not in ("audit", "audit_head"):  # the restore itself is recorded
            with store.session() as one, empty.session() as other:
                assert one.execute(select(table)).all() == other.execute(select(table)).all()
    empty.close()


def test_every_column_is_of_a_kind_that_the_file_keeps() -> None:
    """A new table with another kind of column needs a line in `container._encode`."""
    kinds = {column.type.python_type for table in Base.metadata.sorted_tables for column in table.columns}
    assert kinds <= {str, int, float, bool, bytes, datetime, object}, "object is JSON"


def test_an_export_from_before_the_back_up_or_of_another_store_does_not_do(store, file, tmp_path) -> None:
    with store.session() as session:
        audit.record(session, "tests", "estate.create", "west")
    good = exported(store, tmp_path / "audit.jsonl").read_text().splitlines(keepends=True)
    other = tmp_path / "other.jsonl"
    empty = Database(f"sqlite:///{tmp_path / 'other.db'}", bytes.fromhex(AUDIT))
    reader = open_back_up(file, bytes.fromhex(AUDIT), KEYS)
    for wrong in (good[:1], good[:-1], [good[0], good[1].replace("west", "east"), good[2]], ["{}\n"], ["no\n"]):
        other.write_text("".join(wrong))
        with pytest.raises(ZhsqError, match="export"):
            restore(empty, reader, KEYS, bytes.fromhex(AUDIT), other)
    with empty.session() as session:
        assert session.scalar(select(func.count()).select_from(Estate)) == 0
    other.write_text("".join(good))
    assert restore(empty, reader, KEYS, bytes.fromhex(AUDIT), other).lost == {"estate.create": 1}
    empty.close()


def test_a_back_up_is_of_one_moment_while_others_write(database_url, tmp_path) -> None:
    """Each writer adds two rows in one transaction: a back-up never has one without the other."""
    database = Database(database_url, bytes.fromhex(AUDIT))
    with database.session() as session:
        session.add(Estate(id="east", name="east", salt=bytes(32)))
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with database.session() as session:
                session.add(Vehicle(estate_id="east", plate=f"{number}"))
                audit.record(session, "tests", "vehicle.register", str(number))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            made = back_up(database, tmp_path / f"{number}.zip", bytes.fromhex(AUDIT))
            assert made.tables["vehicles"].rows == made.tables["audit"].rows == made.audit_head.entry
            assert made.audit_fault == ""
    finally:
        over.set()
        writer.join()
    assert made.tables["vehicles"].rows > 1
    database.close()


def test_the_commands_say_what_is_needed_and_what_was_done(file, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ZHSQ_SERVE_MASTER_KEY", MASTER)
    monkeypatch.setenv("ZHSQ_SERVE_AUDIT_KEY", AUDIT)
    monkeypatch.setenv("ZHSQ_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    run = CliRunner().invoke
    assert "its keys are at hand" in run(command, ["restore", str(file), "--check"]).output
    assert not (tmp_path / "new.db").exists()
    refused = run(command, ["restore", str(file)])
    assert isinstance(refused.exception, ZhsqError) and "erased or withdrew" in refused.exception.message
    done = run(command, ["restore", str(file), "--without-audit"])
    assert done.exit_code == 0 and "the audit holds" in done.output and "may be matched again" in done.output
    again = run(command, ["backup", str(tmp_path / "again.zip")])
    assert again.exit_code == 0 and "rows of" in again.output
