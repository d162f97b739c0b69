"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from zhsq.files import replace_file


def test_text_and_bytes_replace_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_file(path, "小区")
    assert path.read_bytes() == "小区".encode()
    replace_file(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "state"
    replace_file(path, "old")
    child = os.fork()
    if child == 0:  # a process of its own, since the limit is the process's
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        try:
            replace_file(path, "x" * 1000)
        except OSError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "missing" / "state", "x")
