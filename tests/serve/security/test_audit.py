"""The audit's chain: tampering, deletion and reordering show, and writers in many processes don't fork it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import text
from typer.testing import CliRunner

from zhsq.cli import app as command
from zhsq.serve.security.audit import HEAD_INVALID, Broken, Head, contains, export, record, verify
from zhsq.serve.store.database import Database

KEY = bytes(range(32))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, KEY)
    yield made
    made.close()


@pytest.fixture
def filled(database: Database) -> Database:
    """Five entries in three transactions."""
    for names in (("a",), ("b", "c"), ("d", "e")):
        with database.session() as session:
            for name in names:
                record(session, "operator:1", "test", name)
    return database


def behind_the_api(database: Database, *statements: str) -> None:
    """Statements of someone who holds the database, past row-level security."""
    url = database.engine.url
    engine = sqlalchemy.create_engine(url if url.get_backend_name() == "sqlite" else url.set(username="postgres"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def check(database: Database) -> Broken | None:
    with database.session() as session:
        return verify(session)


def test_a_chain_that_nobody_touched_holds(filled: Database) -> None:
    assert check(filled) is None


def test_an_empty_chain_holds(database: Database) -> None:
    assert check(database) is None


@pytest.mark.parametrize(
    ("statements", "entry", "says"),
    [
        (("UPDATE audit SET target = 'x' WHERE id = 3",), 3, "changed"),
        (("UPDATE audit SET actor = 'x' WHERE id = 5",), 5, "changed"),
        (("UPDATE audit SET at = '2026-01-01' WHERE id = 1",), 1, "changed"),
        (("DELETE FROM audit WHERE id = 3",), 4, "gone"),
        (("DELETE FROM audit WHERE id = 1",), 2, "gone"),
        (("DELETE FROM audit WHERE id = 5",), 5, "gone"),
        (("DELETE FROM audit",), 5, "gone"),
        (("DELETE FROM audit", "DELETE FROM audit_head"), 0, "head is gone"),
        (("UPDATE audit SET id = 9 WHERE id = 2", "UPDATE audit SET id = 2 WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 9"), 2, "moved"),
        (("DELETE FROM audit WHERE id = 5", "UPDATE audit_head SET entry = 4, digest = (SELECT digest FROM audit WHERE id = 4)"), 4, "not ours"),
        (("INSERT INTO audit SELECT 6, at, actor, action, target, outcome, digest, digest FROM audit WHERE id = 5",), 6, "changed"),
    ],
    ids=["target", "newest", "time", "middle", "first", "newest gone", "all gone", "head gone", "order", "cut with head", "added"],
)  # fmt: skip
def test_what_was_done_behind_the_api_shows(
    filled: Database, statements: tuple[str, ...], entry: int, says: str
) -> None:
    behind_the_api(filled, *statements)
    broken = check(filled)
    assert broken is not None and broken.entry == entry and says in broken.reason


def test_a_whole_chain_computed_anew_lacks_the_signature(filled: Database, tmp_path: Path) -> None:
    forged = Database(f"sqlite:///{tmp_path / 'forged.db'}", b"another key of the attacker ....")
    with forged.session() as session:
        for name in "abcde":
            record(session, "operator:1", "test", f"not {name}")
    with forged.session() as session:
        *entries, head = export(session)
    forged.close()
    columns = ("id", "at", "actor", "action", "target", "outcome", "previous", "digest")
    rows = [", ".join(f"'{entry[name]}'" for name in columns) for entry in entries]
    head = head["head"]
    behind_the_api(
        filled,
        "DELETE FROM audit",
        *(f"INSERT INTO audit VALUES ({row})" for row in rows),
        f"UPDATE audit_head SET digest = '{head['digest']}', mac = '{head['mac']}'",
    )
    assert check(filled) == Broken(5, "the head's signature is not ours")


def test_writing_on_does_not_heal_a_chain_whose_end_was_cut_off(filled: Database) -> None:
    behind_the_api(
        filled,
        "DELETE FROM audit WHERE id = 5",
        "UPDATE audit_head SET entry = 4, digest = (SELECT digest FROM audit WHERE id = 4)",
    )
    with filled.session() as session:
        record(session, "operator:1", "test", "f")
    broken = check(filled)
    assert broken is not None and broken.entry == 5
    with filled.session() as session:
        assert session.scalar(text("SELECT action FROM audit WHERE id = 5")) == HEAD_INVALID


def test_an_older_state_put_back_shows_against_an_export(filled: Database) -> None:
    with filled.session() as session:
        old = Head(**session.execute(text("SELECT entry, digest, mac FROM audit_head")).one()._mapping)
    with filled.session() as session:
        record(session, "operator:1", "test", "f")
    with filled.session() as session:
        *_, last = export(session)
        exported = Head(**last["head"])
        assert contains(session, exported) is None and contains(session, old) is None
    behind_the_api(
        filled,
        "DELETE FROM audit WHERE id = 6",
        f"UPDATE audit_head SET entry = {old.entry}, digest = '{old.digest}', mac = '{old.mac}'",
    )
    assert check(filled) is None, "this alone can't show it"
    with filled.session() as session:
        assert contains(session, exported) == Broken(6, "it is in the earlier export, and gone now")


def test_what_is_rolled_back_leaves_no_entry(filled: Database) -> None:
    with pytest.raises(RuntimeError), filled.session() as session:
        record(session, "operator:1", "test", "never")
        raise RuntimeError
    with filled.session() as session:
        assert session.scalar(text("SELECT count(*) FROM audit")) == 5
    assert check(filled) is None


WRITER = """
import sys
from zhsq.serve.store.database import Database
from zhsq.serve.security.audit import record
database = Database(sys.argv[1], bytes(range(32)))
print("ready", flush=True)
sys.stdin.readline()
for number in range(12):
    with database.session() as session:
        record(session, f"writer:{sys.argv[2]}", "test", str(number))
        record(session, f"writer:{sys.argv[2]}", "test", f"{number} again")
"""


def test_processes_that_write_at_once_do_not_fork_the_chain(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for number in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    for writer in writers:  # all are told before any is waited for
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert check(database) is None
    with database.session() as session:
        entries = session.execute(text("SELECT id, actor FROM audit ORDER BY id")).tuples().all()
    assert [number for number, _ in entries] == list(range(1, 49))
    turns = sum(one != other for (_, one), (_, other) in itertools.pairwise(entries))
    # SQLite's waiting is not fair: one may well end first there.
    assert turns > 1 or database.engine.dialect.name == "sqlite", (
        "one wrote when the other had ended: this shows nothing"
    )


def test_the_command_names_the_first_broken_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("ZHSQ_DATABASE_URL", url)
    monkeypatch.setenv("ZHSQ_SERVE_AUDIT_KEY", KEY.hex())
    database = Database(url, KEY)
    with database.session() as session:
        record(session, "operator:1", "test", "a")
        record(session, "operator:1", "test", "b")
    run, out = CliRunner(), tmp_path / "audit.jsonl"
    done = run.invoke(command, ["audit", "verify"])
    assert (done.exit_code, done.output) == (0, "The audit holds: 2 entries.\n")
    assert run.invoke(command, ["audit", "export", "--out", str(out)]).exit_code == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line.get("target") for line in lines] == ["a", "b", "audit.jsonl", None] and lines[-1]["head"]["entry"] == 3
    assert run.invoke(command, ["audit", "verify", "--against", str(out)]).exit_code == 0
    behind_the_api(database, "UPDATE audit SET target = 'c' WHERE id = 2")
    done = run.invoke(command, ["audit", "verify"])
    assert done.exit_code == 1 and "entry 2: it was changed" in done.output
    database.close()
