"""The pointer file: replaced whole, moved under a lock, never lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from zhsq.errors import BundleError, UnknownNameError, ZhsqError
from zhsq.runtime import moves
from zhsq.runtime.canary import CanaryLimits
from zhsq.runtime.pointer import (
    POINTER,
    Action,
    Canary,
    Deployment,
    Move,
    Pointer,
    change,
    locked,
    read,
    stamp,
)


def version(number: int) -> Deployment:
    return Deployment(
        bundle="p", version=f"1.0.{number}", sha256=f"{number:064d}", task="plate", models={"p__read": number + 1}
    )


def move(action: Action, number: int) -> Move:
    return Move(action=action, deployment=version(number), by="tester", reason="because")


def put(repository: Path, number: int) -> None:
    change(repository, "p", lambda before: moves.deployed(before, version(number), move("deploy", number)))


def on_trial(repository: Path, number: int, trial: str = "t1") -> None:
    canary = Canary(id=trial, deployment=version(number), share=0.1, limits=CanaryLimits())
    change(repository, "p", lambda before: moves.on_trial(before, canary, move("canary", number)))


def test_deployments_stack_up_and_a_rollback_takes_the_last_one_off_while_the_log_keeps_all(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, number)
    pointer = read(tmp_path).pointer("p")
    assert (pointer.current, pointer.previous) == (version(2), version(1))
    change(tmp_path, "p", lambda now: moves.rolled_back(now, version(1), move("rollback", 1)))
    pointer = read(tmp_path).pointer("p")
    assert (pointer.current, pointer.history) == (version(1), (version(0),))
    assert [item.action for item in pointer.log] == ["deploy"] * 3 + ["rollback"]
    assert {item.by for item in pointer.log} == {"tester"} and pointer.log[0].at.endswith("+00:00")
    assert version(2) in pointer.known().values(), "what was rolled back is still known"
    change(tmp_path, "p", lambda now: moves.rolled_back(now, version(2), move("rollback", 2)))
    assert read(tmp_path).pointer("p").history == (version(0), version(1)), "and can be gone forward to"


def test_a_trial_changes_nothing_in_use_until_it_is_promoted(tmp_path: Path) -> None:
    put(tmp_path, 0)
    on_trial(tmp_path, 1)
    pointer = read(tmp_path).pointer("p")
    assert pointer.current == version(0)
    assert pointer.wanted() == (version(0), version(1))
    with pytest.raises(BundleError, match=r"1\.0\.1 .* is on trial with 10% of the calls"):
        put(tmp_path, 2)
    assert moves.conclude(tmp_path, "p", "t1", move("promote", 1))
    pointer = read(tmp_path).pointer("p")
    assert (pointer.current, pointer.previous, pointer.canary) == (version(1), version(0), None)


def test_of_many_that_decide_about_one_trial_exactly_one_ends_it_and_none_ends_the_next(tmp_path: Path) -> None:
    put(tmp_path, 0)
    on_trial(tmp_path, 1)
    ended: list[bool] = []
    threads = [
        threading.Thread(target=lambda: ended.append(moves.conclude(tmp_path, "p", "t1", move("rollback", 1))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [False] * 7 + [True]
    on_trial(tmp_path, 1, "t2")
    assert not moves.conclude(tmp_path, "p", "t1", move("rollback", 1))
    assert read(tmp_path).pointer("p").canary is not None


def test_processes_that_write_at_once_lose_no_move(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from zhsq.runtime.pointer import *; from zhsq.runtime import moves\n"
        "n = sys.argv[2]\n"
        "for i in range(10):\n"
        "    d = Deployment(bundle=n, version='1.0.0', sha256=f'{n}{i}', task='plate', models={})\n"
        "    m = Move(action='deploy', deployment=d, by=n)\n"
        "    change(Path(sys.argv[1]), 'p', lambda before: moves.deployed(before, d, m))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)]) for n in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    state = read(tmp_path)
    assert state.revision == 30
    assert len(state.pointer("p").log) == 30


def test_a_lock_is_freed_when_its_holder_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from zhsq.runtime.pointer import locked\n"
        "with locked(Path(sys.argv[1]), 'deployment'):\n    print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(ZhsqError, match="under way"), locked(tmp_path, "deployment", wait=False):
        pass
    holder.kill()
    holder.wait()
    with locked(tmp_path, "deployment", wait=False):
        pass


def test_a_damaged_file_is_named_and_a_change_does_not_overwrite_it(tmp_path: Path) -> None:
    (tmp_path / POINTER).write_text('{"format": 2, "pointers": {"p": {"current": 1}}}')
    with pytest.raises(BundleError, match=r"deployed\.json is damaged at pointers\.p\.current"):
        read(tmp_path)
    with pytest.raises(BundleError, match="damaged"):
        put(tmp_path, 0)
    assert "current" in (tmp_path / POINTER).read_text()


def test_a_name_that_is_not_deployed_is_answered_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, 0)
    with pytest.raises(UnknownNameError):
        read(tmp_path).pointer("q")
    assert read(tmp_path / "nowhere").pointers == {}


def test_the_stamp_changes_with_every_change_and_only_then(tmp_path: Path) -> None:
    assert stamp(tmp_path) is None
    seen = []
    for number in range(3):
        put(tmp_path, number)
        seen.append(stamp(tmp_path))
    assert len(set(seen)) == 3
    change(tmp_path, "p", lambda before: before)
    assert stamp(tmp_path) == seen[-1]
    assert [file.name for file in tmp_path.iterdir() if "draft" in file.name or file.name.startswith(".deployed")] == []


def test_deploying_what_is_in_use_again_adds_no_step_to_go_back_to(tmp_path: Path) -> None:
    put(tmp_path, 0)
    put(tmp_path, 0)
    assert read(tmp_path).pointer("p") == Pointer(current=version(0), log=read(tmp_path).pointer("p").log)
