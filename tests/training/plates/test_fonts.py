"""Where fonts come from, and what is said when they can't be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from zhsq.errors import DownloadError
from zhsq.models.plate.grammar import SYMBOLS
from zhsq.training.plates import fonts
from zhsq.training.plates.config import SynthesisConfig
from zhsq.training.plates.fonts import Face, obtain
from zhsq.training.plates.synthesis import SHARES, Synthesis

UNHEARD_OF = Face("unheard-of.ttf", "fonts-unheard-of")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no folder of one's own."""
    monkeypatch.setenv("ZHSQ_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ZHSQ_FONTS", raising=False)
    return tmp_path / "cache" / "fonts"


def program(folder: Path, name: str, lines: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
    (folder / name).chmod(0o755)


def test_a_folder_of_ones_own_comes_before_everything_else(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own" / "deeper" / UNHEARD_OF.file
    for path in (own, cache / UNHEARD_OF.package / UNHEARD_OF.file):
        path.parent.mkdir(parents=True)
        path.touch()
    assert obtain(UNHEARD_OF) == cache / UNHEARD_OF.package / UNHEARD_OF.file
    monkeypatch.setenv("ZHSQ_FONTS", str(tmp_path / "own"))
    assert obtain(UNHEARD_OF) == own


def test_a_machine_without_apt_get_is_told_what_to_do(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DownloadError, match=r"fonts-unheard-of are missing, and this machine has no apt-get") as caught:
        obtain(UNHEARD_OF)
    assert "apt-get install fonts-unheard-of" in caught.value.hint and "ZHSQ_FONTS" in caught.value.hint


def test_what_apt_get_says_is_passed_on(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "apt-get", "echo 'W: stale lists' >&2\necho 'E: no such package' >&2\nexit 100")
    program(tmp_path / "bin", "dpkg-deb", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(DownloadError, match=r"fonts-unheard-of can't be had: E: no such package"):
        obtain(UNHEARD_OF)
    assert not cache.exists()


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not a Debian machine")
def test_a_package_is_unpacked_into_the_cache_and_not_installed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    (tree / "usr/share/fonts").mkdir(parents=True)
    (tree / "usr/share/fonts" / UNHEARD_OF.file).write_bytes(b"letters")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(
        "Package: fonts-unheard-of\nVersion: 1\nArchitecture: all\nMaintainer: t <t@t>\nDescription: t\n", "utf-8"
    )
    deb = tmp_path / "fonts-unheard-of_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", str(tree), str(deb)], check=True, capture_output=True)
    program(tmp_path / "bin", "apt-get", f'[ "$1" = download ] && cp {deb} .')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    found = obtain(UNHEARD_OF)
    assert found.read_bytes() == b"letters"
    assert found.is_relative_to(cache / UNHEARD_OF.package)
    with pytest.raises(DownloadError, match=r"holds no another\.ttf"):
        obtain(Face("another.ttf", UNHEARD_OF.package))


def test_one_font_is_enough_for_every_class_and_symbol(
    small: SynthesisConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (face,) = fonts.SMALL_CHINESE
    (tmp_path / face.file).symlink_to(obtain(face))
    monkeypatch.setenv("ZHSQ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ZHSQ_FONTS", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    synthesis = Synthesis(small, 0)
    assert [synthesis.sample(plate_class).plate_class for plate_class in SHARES] == list(SHARES)
    for letters in synthesis._alphabets:
        assert all(letters.mask(symbol, 22, 45).max() > 200 for symbol in SYMBOLS)
