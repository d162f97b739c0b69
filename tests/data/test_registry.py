"""Data sets are found by name or by folder, and a wrong one is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhsq.data.registry import LABELS, cards, fingerprint, locate
from zhsq.errors import DataSetError, UnknownNameError


def test_every_layout_has_a_card_with_terms_and_what_is_missing() -> None:
    assert set(cards()) == set(LABELS)
    for card in cards().values():
        assert card.terms and card.licence and card.citation and card.missing
        assert len(card.tree_sha256) == 64 and card.n_files > 0


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        locate("lwf", "lfw")
    assert "lfw" in caught.value.nearest
    assert "Did you mean lfw" in str(caught.value)


def test_a_data_set_of_another_task_names_the_fitting_one() -> None:
    with pytest.raises(DataSetError, match="Use: plates_cn"):
        locate("lfw", "plates_cn")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match="is empty"):
        locate(str(tmp_path), "lfw")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match="does not exist"):
        locate(str(tmp_path / "gone"), "lfw")


def test_a_folder_of_another_layout_names_the_missing_file(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(DataSetError, match=r"has no pairs\.txt"):
        locate(str(tmp_path), "lfw")


def test_an_absent_registered_set_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHSQ_DATA", str(tmp_path))
    with pytest.raises(DataSetError, match="zhsq data fetch lfw"):
        locate("lfw", "lfw")


def test_a_folder_of_one_s_own_is_named_by_its_labels(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,plate\n")
    first = locate(str(tmp_path), "plates_cn").release
    (tmp_path / "labels.csv").write_text("file,plate\ncrops/0.jpg,皖A12345\n")
    assert locate(str(tmp_path), "plates_cn").release != first


def test_the_fingerprint_sees_content_and_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    before = fingerprint(tmp_path)
    assert before[1] == 1
    (tmp_path / "a").write_bytes(b"2")
    assert fingerprint(tmp_path) != before
    (tmp_path / "a").rename(tmp_path / "b")
    (tmp_path / "b").write_bytes(b"1")
    assert fingerprint(tmp_path) != before


@pytest.mark.data
@pytest.mark.parametrize("name", ["plates_cn", "ccpd_samples"])
def test_the_card_s_fingerprint_is_that_of_the_data_at_hand(datasets: Path, name: str) -> None:
    if not (datasets / name).is_dir():
        pytest.skip(f"{name} is not under {datasets}")
    assert fingerprint(datasets / name) == (cards()[name].tree_sha256, cards()[name].n_files)
