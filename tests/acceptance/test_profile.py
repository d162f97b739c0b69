"""Tests for site profiles and tables of requirements: every error at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.acceptance import profile, requirements
from zhsq.acceptance.profile import BadProfileError, load


def faults(tmp_path: Path, text: str) -> str:
    path = tmp_path / "site.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadProfileError) as caught:
        load(path)
    return caught.value.message.replace(str(tmp_path), "")


def test_the_packaged_profile_and_table_can_be_used_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(profile.packaged(), encoding="utf-8")
    assert load(path) == profile.example()
    table = tmp_path / "needs.yaml"
    table.write_text(requirements.packaged(), encoding="utf-8")
    assert requirements.load(table) == requirements.load(None)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("class: luxury", "/site.yaml:3:1: class: Input should be 'new', 'old' or 'ordinary'"),
        ("class: new\nfaces: 3", "/site.yaml:4:1: faces: not a field here"),
        ("class: new\nclass: old", "/site.yaml:4:1: class: stands here a second time"),
        ("class: new\nequipment: [{ kind: radar, devices: [a] }]", "/site.yaml:4:15: equipment[0].kind"),
        ("class: new\nequipment: [{ kind: lamp, devices: [a, a] }]", "device 'a' stands twice under 'lamp'"),
        ("class: new\nsamples: [{ task: plate-reading }]", "needs either 'data' (a folder) or 'report'"),
        ("class: new\ngates: [{ name: n }]", "/site.yaml:4:9: gates[0]: Field required 'separates_people_and_cars'"),
    ],
)
def test_an_error_names_its_line(tmp_path: Path, line: str, told: str) -> None:
    assert told in faults(tmp_path, f"version: 1\nestate: east\n{line}\n")


def test_a_table_needs_every_class(tmp_path: Path) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text(requirements.packaged().replace("  old:", "  ordinary2:"), encoding="utf-8")
    with pytest.raises(BadProfileError, match="classes"):
        requirements.load(path)


def test_paths_of_samples_are_relative_to_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("version: 1\nestate: east\nclass: old\nsamples: [{task: plate-reading, data: plates}]\n")
    assert load(path).samples[0].data == tmp_path / "plates"
