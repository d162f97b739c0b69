"""A site's own folder of presentations is read, and a wrong one is refused with what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.data import pad
from zhsq.errors import DataSetError


def _touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_kinds_are_folders_and_people_are_file_names(tmp_path: Path) -> None:
    _touch(tmp_path, "bona-fide/li-wei_0001.jpg", "bona-fide/li-wei_0002.JPG", "bona-fide/notes.txt")
    _touch(tmp_path, "attacks/print/li-wei_7.png", "attacks/2d_mask/guard.jpg")
    found = [(item.photo.name, item.kind, item.person) for item in pad.load(tmp_path)]
    assert found == [
        ("li-wei_0001.jpg", "bona-fide", "li-wei"),
        ("li-wei_0002.JPG", "bona-fide", "li-wei"),
        ("guard.jpg", "2d_mask", "guard"),
        ("li-wei_7.png", "print", "li-wei"),
    ]


def test_a_folder_of_people_is_not_this_layout(tmp_path: Path) -> None:
    _touch(tmp_path, "Anna/Anna_0001.jpg")
    assert not pad.is_labelled(tmp_path)
    _touch(tmp_path, "attacks/print/a.jpg")
    assert pad.is_labelled(tmp_path), "one of the two folders is enough to be told what lacks"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("attacks/print/a.jpg",), "has no folder bona-fide"),
        (("bona-fide/a.jpg",), "has no folder attacks"),
        (("bona-fide/a.jpg", "attacks/a.jpg"), "no folder per kind of attack"),
        (("bona-fide/a.jpg", "attacks/print/readme.txt"), "print holds no photos"),
        (("bona-fide/a.txt", "attacks/print/a.jpg"), "bona-fide holds no photos"),
        (("bona-fide/a.jpg", "attacks/paper mask/a.jpg"), "can't name a kind"),
        (("bona-fide/a.jpg", "attacks/bona-fide/a.jpg"), "can't name a kind"),
    ],
)
def test_what_lacks_is_named(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    _touch(tmp_path, *names)
    with pytest.raises(DataSetError, match=message):
        pad.load(tmp_path)
