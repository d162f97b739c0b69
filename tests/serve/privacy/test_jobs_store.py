"""Erasure, rotation and revocation on both databases, by the store alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from zhsq.cli import app as zhsq
from zhsq.errors import ZhsqError
from zhsq.serve.privacy import jobs, rotation
from zhsq.serve.privacy.consents import Terms, give, withdraw
from zhsq.serve.privacy.erasure import check, receipt
from zhsq.serve.privacy.own_record import own_record
from zhsq.serve.security.audit import verify
from zhsq.serve.security.key_provider import EnvironmentKeys
from zhsq.serve.security.sealing import WEBHOOKS, Sealer
from zhsq.serve.security.template_keys import TemplateKeys
from zhsq.serve.settings import Settings
from zhsq.serve.store import galleries
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import Erasure, Estate, Subject, Target, Template, now

OLD, NEW = "ab" * 32, "cd" * 32
KEY = "ef" * 32


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, audit_key=KEY)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    made = Database.of(settings)
    with made.session() as session:
        session.add_all([Estate(id=name, name=name, salt=name.encode() * 8) for name in ("east", "west")])
    yield made
    made.close()


def enrol(database: Database, keys: TemplateKeys, name: str, estate: str = "east") -> np.ndarray:
    vector = np.random.default_rng(len(name)).standard_normal(64).astype(np.float32)
    vector /= np.linalg.norm(vector)
    with database.session() as session:
        space = keys.space(session.get(Estate, estate).salt)
        session.add(Subject(id=name, estate_id=estate, reference="", credential_kind="card", credential_reference="1"))
        session.flush()
        give(session, estate, name, Terms("entry", "form", now() + timedelta(days=1)))
        sealed = space.guard.seal(space.guard.rotate(vector), name)
        made = {"bundle_sha256": "b", "key_id": space.key_id, "sealed": sealed}
        session.add(Template(estate_id=estate, subject_id=name, **made))
    return vector


def opened(database: Database, keys: TemplateKeys, estate: str = "east") -> dict[str, np.ndarray]:
    """Every template in the present space, after the gallery's checksum was checked."""
    with database.session(estate) as session:
        salt = session.get(Estate, estate).salt
        space = keys.space(salt)
        return {
            row.subject_id: keys.open(row.sealed, row.key_id, row.subject_id, salt, space)
            for row in galleries.rows(session, estate)[1]
        }


def test_who_withdrew_is_erased_with_a_receipt_that_holds_within_its_estate(database, settings) -> None:
    keys = TemplateKeys(EnvironmentKeys(OLD))
    enrol(database, keys, "a")
    enrol(database, keys, "bb")
    with database.session("east") as session:
        withdraw(session, "a")
    assert set(opened(database, keys)) == {"bb"}
    report = jobs.run(database, keys, settings)
    assert (report.erased, report.scrubbed) == ({"withdrawn": 1}, True)
    with database.session("east") as session:
        (made,) = [receipt(found) for found in session.scalars(select(Erasure))]
        assert check(session, made).holds
        assert [entry["action"] for entry in own_record(session, "east", "a")["accesses"]] == ["subject.erase"]
    with database.session("west") as session:
        assert session.scalars(select(Erasure)).all() == []
    assert jobs.run(database, keys, settings).erased == {}


def test_two_runs_at_once_erase_each_person_once(database, settings) -> None:
    keys = TemplateKeys(EnvironmentKeys(OLD))
    people = ["n" * size for size in range(1, 9)]
    for name in people:
        enrol(database, keys, name)
        with database.session() as session:
            withdraw(session, name)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: jobs.run(database, keys, settings), range(2)))
    assert sum(report.erased.get("withdrawn", 0) for report in reports) == len(people)
    with database.session() as session:
        assert sorted(session.scalars(select(Erasure.subject_id))) == people
        assert verify(session) is None


def test_keys_rotate_and_an_estate_is_revoked_and_its_gallery_stays_right(database, settings) -> None:
    old, both, new = (TemplateKeys(EnvironmentKeys(text)) for text in (OLD, f"{NEW},{OLD}", NEW))
    vectors = {name: enrol(database, old, name) for name in ("a", "bb", "ccc")}

    def right(keys: TemplateKeys) -> None:
        found = opened(database, keys)
        with database.session() as session:
            guard = keys.space(session.get(Estate, "east").salt).guard
        for name, vector in vectors.items():
            assert np.abs(found[name] - guard.rotate(vector)).max() < 1e-6

    right(both)
    assert jobs.run(database, both, settings).reprotected == 3
    right(new)
    with database.session() as session:
        before = session.get(Estate, "east").salt
        assert rotation.revoke(session, new, "east", "test") == 3
    right(new)
    with database.session() as session:
        assert session.get(Estate, "east").salt != before


def test_the_commands_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHSQ_HOME", str(tmp_path))
    monkeypatch.delenv("ZHSQ_DATABASE_URL", raising=False)
    runner = CliRunner()

    def run(*words: str, code: int = 0) -> str:
        done = runner.invoke(zhsq, list(words))
        assert done.exit_code == code, done.output
        return done.output

    settings = Settings()
    database, keys = Database.of(settings), TemplateKeys(settings.keys())
    with database.session() as session:
        session.add(Estate(id="east", name="East", salt=bytes(32)))
    enrol(database, keys, "a")
    enrol(database, keys, "bb")
    sealer = Sealer(keys.provider, WEBHOOKS)
    hook = {"id": "t", "name": "street office", "url": "https://x", "severity": "low"}
    with database.session() as session:
        withdraw(session, "bb")
        # It never delivers, and so never rotates by itself.
        session.add(Target(**hook, secret=sealer.seal("whsec", "t")))
    first, second = settings.keys().ids()[0], run("templates", "add-key").strip()
    run("templates", "activate-key", second)
    with database.session() as session, pytest.raises(ZhsqError, match="2 templates, 1 secrets of webhooks"):
        rotation.refuse_in_use(session, first)
    shown = run("jobs", "run", "--json", str(tmp_path / "jobs.json"))
    assert "1 withdrawn" in shown and "re-protected: 1" in shown
    assert '"withdrawn": 1' in (tmp_path / "jobs.json").read_text()
    assert second in run("templates", "keys")
    run("templates", "remove-key", first)
    assert settings.keys().ids() == (second,)
    with database.session() as session:
        assert Sealer(settings.keys(), WEBHOOKS).open(session.get(Target, "t").secret, "t") == "whsec"
    assert "1 templates of east" in run("templates", "revoke", "east")
    assert set(opened(database, keys)) == {"a"}
    run("privacy", "assessment", "--html", str(tmp_path / "a.html"), "--json", str(tmp_path / "a.json"))
    assert '"people_stored": 1' in (tmp_path / "a.json").read_text() and "East" in (tmp_path / "a.html").read_text()
    assert "Left to the officer" in run("privacy", "assessment", "--language", "en", "--estate", "east")
    database.close()
