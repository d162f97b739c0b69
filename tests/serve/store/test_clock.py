"""The present never goes back: within a process, and over a restart by what the audit says. The suite of faults has the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from zhsq.cli import app as command
from zhsq.serve.security import audit
from zhsq.serve.store import clock
from zhsq.serve.store.database import Database
from zhsq.serve.store.tables import AuditEntry, now

KEY = "cd" * 32


@pytest.fixture
def off(monkeypatch) -> Iterator[dict[str, timedelta]]:
    """How far the machine's clock is off; the process's clock is put right again at the end."""
    by = {"by": timedelta()}
    monkeypatch.setattr(clock, "_wall", lambda: datetime.now(UTC).replace(tzinfo=None) + by["by"])
    yield by
    monkeypatch.undo()
    clock.accept()


def test_it_stands_still_while_the_machine_s_clock_is_behind_and_goes_on_when_it_has_caught_up(off) -> None:
    before = now()
    off["by"] = timedelta(hours=-1)
    assert now() == now() >= before
    assert clock.behind() == pytest.approx(3600, abs=60)
    off["by"] = timedelta(hours=1)
    assert now() > before + timedelta(minutes=59) and clock.behind() == 0


def test_a_restart_takes_no_time_before_the_audit_s_newest_until_the_clock_is_accepted(
    off, tmp_path: Path, monkeypatch
) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    off["by"] = timedelta(days=400)
    database = Database(url, bytes.fromhex(KEY))
    with database.session() as session:
        audit.record(session, "tests", "from.the.future", "")
    database.close()
    off["by"] = timedelta()
    clock.accept()  # as a new process begins
    Database(url, bytes.fromhex(KEY)).close()
    assert clock.behind() > 399 * 86_400

    for name, value in {"ZHSQ_DATABASE_URL": url, "ZHSQ_SERVE_AUDIT_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(command, ["db", "clock"]).exit_code == 1
    done = CliRunner().invoke(command, ["db", "clock", "--accept"])
    assert done.exit_code == 0 and "accepted" in done.output
    clock.accept()
    database = Database(url, bytes.fromhex(KEY))
    assert clock.behind() == 0
    with database.session() as session:
        assert audit.verify(session) is None
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert newest is not None and newest.action == "clock.accept"
    database.close()
