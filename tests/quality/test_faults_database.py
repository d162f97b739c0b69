"""The database goes away while it is written to, and comes back; its disk is full, and has room again."""

from __future__ import annotations

import itertools
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from zhsq.models.bundle import Bundle
from zhsq_testing.ledger import Ledger
from zhsq_testing.process import Api

pytestmark = pytest.mark.data


def test_a_database_that_goes_away_and_comes_back_loses_nothing_and_the_api_says_what_is_wrong(
    size, tmp_path: Path, own_postgres, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    ledger = Ledger(residents(12), seed=1)
    with Api(tmp_path, own_postgres.url, face_bundle, plate_bundle) as api, ready(api) as client:
        for _ in range(size("OUTAGES", 5)):
            with writing(ledger, api):
                time.sleep(2)
                own_postgres.stop()
                time.sleep(1)
                told(client, 503, "store-unavailable")
                assert client.get("/health/live").status_code == 200
                own_postgres.start()
                assert within(60, lambda: client.get("/health/ready").status_code == 200)
                time.sleep(1)
            assert settled(ledger, api) == []
            assert ledger.wrong_decisions(client, sample=3) == []
        assert ledger.refused.get(503), "nobody met an outage"
        assert api.running and ledger.wrong_decisions(client) == []
    print(ledger.answered, ledger.refused)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_stores_no_half_of_anything_and_is_forgotten_once_there_is_room(
    size, tmp_path: Path, disk: Path, face_bundle: Bundle, plate_bundle: Bundle, residents
) -> None:
    ledger, ballast, numbers = Ledger(residents(12), seed=2), disk / "ballast", itertools.count()
    with Api(tmp_path, f"sqlite:///{disk / 'x.db'}", face_bundle, plate_bundle) as api, ready(api) as client:
        for _ in range(size("FULL_DISKS", 3)):
            with writing(ledger, api):
                time.sleep(2)
                fill(ballast)
                before = ledger.refused.get(507, 0)
                assert within(60, lambda before=before: ledger.refused.get(507, 0) > before + 20)
                assert within(60, lambda: no_room(client, next(numbers)))
                ballast.unlink()
                time.sleep(2)
            assert settled(ledger, api) == []
            assert ledger.wrong_decisions(client, sample=3) == []
        assert api.running and ledger.wrong_decisions(client) == []
    print(ledger.answered, ledger.refused)


@contextmanager
def ready(api: Api) -> Iterator[httpx.Client]:
    """It runs on a prepared store; a client of it."""
    api.prepare()
    api.start()
    with api.client() as client:
        yield client


@contextmanager
def writing(ledger: Ledger, api: Api) -> Iterator[None]:
    """Clients that write in the background until the block ends; what goes wrong with them is raised then."""
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(ledger.write, api, over.is_set)
        try:
            yield
        finally:
            over.set()
    written.result()


def settled(ledger: Ledger, api: Api) -> list[str]:
    """The ledger's faults, once what is in doubt was looked up."""
    database = api.database()
    with database.session() as session:
        ledger.settle(session)
        faults = ledger.faults(session)
    database.close()
    return faults


def told(client: httpx.Client, status: int, code: str) -> None:
    for path in ("/health/ready", "/v1/alerts"):
        done = client.get(path)
        assert (done.status_code, done.json()["code"]) == (status, code), done.text
        assert done.headers["retry-after"]


def no_room(client: httpx.Client, number: int) -> bool:
    """Whether something new is refused, as it should be. A little may still fit into SQLite's write-ahead log."""
    done = client.post("/v1/estates", json={"id": f"west-{number}", "name": "west"})
    if done.status_code == 201:
        return False
    assert (done.status_code, done.json()["code"]) == (507, "store-full"), done.text
    assert done.headers["retry-after"]
    return True


def fill(file: Path) -> None:
    """Take all the room of a disk."""
    with file.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(os.urandom(4096))
        except OSError:
            return


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return true()
