"""The README in both languages: the same commands, commands that exist, figures that were recorded."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from zhsq.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh.md")


def commands(readme: Path) -> list[str]:
    """Every line in a shell block, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", readme.read_text("utf-8"), flags=re.S)
    return [shlex.join(shlex.split(line, comments=True)) for block in blocks for line in block.splitlines()]


def test_both_languages_give_the_same_commands_in_the_same_order() -> None:
    english, chinese = map(commands, READMES)
    assert english == chinese
    assert english[:2] == ["python3 run.py quickstart", "python3 run.py test"]


def test_every_zhsq_command_in_the_readme_exists() -> None:
    named = [line.split() for line in commands(READMES[0]) if line.startswith("zhsq ")]
    assert named
    assert {words[1] for words in named} <= set(COMMANDS)


def test_ci_runs_the_readme_s_test_command() -> None:
    assert "python3 run.py test" in (ROOT / ".ci" / "run").read_text()


def test_both_languages_link_to_files_that_exist() -> None:
    for readme in READMES:
        for target in re.findall(r"\]\(([^)#]+)\)", readme.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{readme.name} links to {target}"


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    """benchmarks/figures.py, which is a script and no part of the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        return importlib.import_module("figures")


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_figures_are_those_recorded(figures: ModuleType, readme: Path) -> None:
    assert figures.render(readme) == readme.read_text("utf-8"), "run: python benchmarks/figures.py"


@pytest.mark.parametrize("page", ["faces", "plates", "anomaly", "parity", "deploy", "rollout", "privacy", "alerts"])
def test_a_page_s_figures_are_those_recorded(figures: ModuleType, page: str) -> None:
    path = ROOT / "docs" / f"{page}.md"
    assert figures.render_page(path) == path.read_text("utf-8"), "run: python benchmarks/figures.py"
