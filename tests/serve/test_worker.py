"""Jobs on PostgreSQL's queue: of several workers one does each, and one goes on when another is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from zhsq.errors import ZhsqError
from zhsq.serve import worker
from zhsq.serve.store.database import Database

SECRETS = {"ZHSQ_SERVE_MASTER_KEY": "ab" * 32, "ZHSQ_SERVE_AUDIT_KEY": "cd" * 32}


@pytest.fixture
def start(postgres_url: str, tmp_path: Path) -> Iterator[Callable[[str], tuple[subprocess.Popen[bytes], Path]]]:
    """start(hours) -> a worker as a process of its own, and its log."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(hours: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = tmp_path / f"log{len(started)}"
        command = [sys.executable, "-m", "zhsq.cli", "jobs", "work", "--hours", hours]
        environment = {**os.environ, **SECRETS, "ZHSQ_DATABASE_URL": postgres_url}
        with log.open("wb") as stream:
            started.append(subprocess.Popen(command, env=environment, stdout=stream, stderr=stream))
        return started[-1], log

    yield begin
    for one in started:
        if one.poll() is None:
            one.kill()
        one.wait()


def done(*logs: Path) -> list[int]:
    """The hours whose job was done."""
    return [int(hour) for log in logs for hour in re.findall(r"The job of (\d+): erased: nobody", log.read_text())]


def until(seen: Callable[[], object], seconds: float, *logs: Path) -> None:
    ends = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < ends, [log.read_text()[-2000:] for log in logs]
        time.sleep(0.1)


def test_of_two_workers_one_does_each_hour_s_job_and_one_goes_on_when_the_other_is_killed(start) -> None:
    (first, one), (second, other) = start("* * * * * *"), start("* * * * * *")
    until(lambda: len(done(one, other)) >= 4, 60, one, other)
    assert set(Counter(done(one, other)).values()) == {1}
    first.kill()
    before = len(done(other))
    until(lambda: len(done(other)) >= before + 2, 60, one, other)
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    lines = [json.loads(line) for line in other.read_text().splitlines() if line.startswith("{")]
    assert lines and not any("Traceback" in str(line) for line in lines)


def test_a_queue_of_another_release_is_made_anew(postgres_url: str) -> None:
    database = Database(postgres_url, bytes(32))
    worker._prepare(database)
    with database.engine.begin() as connection:
        connection.execute(text(f"COMMENT ON SCHEMA {worker.SCHEMA} IS 'procrastinate 0.0'"))
        connection.execute(text(f"DROP TABLE {worker.SCHEMA}.procrastinate_workers CASCADE"))
    worker._prepare(database)
    worker._prepare(database)
    with database.engine.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {worker.SCHEMA}.procrastinate_workers")) == 0
    database.close()


def test_without_postgresql_or_hours_it_says_what_to_do(tmp_path: Path, postgres_url: str) -> None:
    small = Database(f"sqlite:///{tmp_path / 's.db'}", bytes(32))
    with pytest.raises(ZhsqError, match="needs PostgreSQL"):
        worker.work(small, str, "*/5 * * * *")
    small.close()
    database = Database(postgres_url, bytes(32))
    with pytest.raises(ZhsqError, match="are no hours"):
        worker.work(database, str, "sometimes")
    database.close()
