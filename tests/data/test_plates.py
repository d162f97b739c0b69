"""Labels of plate crops and of photos: what is accepted, and what is said of what isn't."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from zhsq.data import ccpd, plate_labels
from zhsq.data import plates_cn as crops_loader
from zhsq.data.registry import DataSet, card, fingerprint, locate
from zhsq.errors import DataSetError

Folder = Callable[[str], DataSet]


@pytest.fixture
def crops(tmp_path: Path) -> Folder:
    """A folder with the given labels and two files, a.jpg and b.jpg."""

    def make(labels: str) -> DataSet:
        (tmp_path / "labels.csv").write_text(labels, encoding="utf-8")
        for name in ("a.jpg", "b.jpg"):
            (tmp_path / name).write_bytes(b"not looked at here")
        return locate(str(tmp_path), "plates_cn")

    return make


def test_crops_are_read_in_order_with_plates_as_they_are_compared(crops: Folder) -> None:
    found = crops_loader.load(crops("plate,file,remark\n京b·00001,b.jpg,\n 皖A12345 ,a.jpg,x\n"))
    assert [(crop.file, crop.plate) for crop in found] == [("b.jpg", "京B00001"), ("a.jpg", "皖A12345")]
    assert all(crop.path.is_file() for crop in found)


def test_a_byte_order_mark_of_a_spreadsheet_does_no_harm(crops: Folder) -> None:
    assert len(crops_loader.load(crops("\ufefffile,plate\na.jpg,皖A12345\n"))) == 1


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("", "lacks the columns: file, plate"),
        ("file,text\na.jpg,皖A12345\n", "lacks the columns: plate"),
        ("file,plate\n", "labels nothing"),
        ("file,plate\na.jpg,\n", "line 2: a value is missing"),
        ("file,plate\na.jpg\n", "line 2: a value is missing"),
        ("file,plate\nc.jpg,皖A12345\n", "line 2: c.jpg is not in"),
        ("file,plate\n../a.jpg,皖A12345\n", "leaves the data folder"),
        ("file,plate\na.jpg,皖A12345\na.jpg,皖A12346\n", "line 3: a.jpg is labelled twice"),
        ("file,plate\na.jpg,···\n", "is no plate"),
        ("file,plate\na.jpg,皖A*2345\n", "is no plate"),
        ("file,plate\na.jpg,皖A12345\n./a.jpg,皖A12346\n", "line 3: a.jpg is labelled twice"),
        ("file,plate\n../../a.jpg,皖A12345\n", "leaves the data folder"),
    ],
)
def test_labels_that_do_not_fit_are_named(crops: Folder, labels: str, message: str) -> None:
    with pytest.raises(DataSetError) as caught:
        crops_loader.load(crops(labels))
    assert message in caught.value.message
    assert caught.value.hint


def test_labels_as_excel_in_china_writes_them_are_read_and_it_is_said(crops: Folder) -> None:
    data = crops("file,plate\na.jpg,皖A12345\n")
    assert plate_labels.notes(data.root) == ()
    (data.root / "labels.csv").write_bytes("file,plate,备注\r\na.jpg,皖A12345,夜\r\n,,\r\n".encode("gbk"))
    assert [crop.plate for crop in crops_loader.load(data)] == ["皖A12345"]  # the empty line is passed over
    (note,) = plate_labels.notes(data.root)
    assert "GBK" in note


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_labels_that_are_neither_utf_8_nor_gbk_are_refused(crops: Folder, encoding: str) -> None:
    data = crops("file,plate\n")
    (data.root / "labels.csv").write_bytes("file,plate\na.jpg,A12345\n".encode(encoding))
    with pytest.raises(DataSetError, match="neither UTF-8 nor GBK"):
        crops_loader.load(data)


def test_crops_may_lie_in_the_folder_or_in_crops_or_in_images(crops: Folder) -> None:
    data = crops("file,plate\na.jpg,皖A12345\nc.png,皖A12346\nd.webp,皖A12347\n")
    for folder, name in (("crops", "c.png"), ("images", "c.png"), ("images", "d.webp"), ("images", "a.jpg")):
        (data.root / folder).mkdir(exist_ok=True)
        (data.root / folder / name).write_bytes(b"not looked at here")
    found = [crop.path.relative_to(data.root).as_posix() for crop in crops_loader.load(data)]
    assert found == ["a.jpg", "crops/c.png", "images/d.webp"]


def test_labels_written_on_windows_name_the_same_files(crops: Folder) -> None:
    data = crops("File , Plate\ncrops\\c.png,皖Ａ１２３４５\n./a.jpg,皖A12346\n")
    (data.root / "crops").mkdir()
    (data.root / "crops" / "c.png").write_bytes(b"not looked at here")
    assert [(c.file, c.plate) for c in crops_loader.load(data)] == [("crops/c.png", "皖A12345"), ("a.jpg", "皖A12346")]


def test_a_class_is_taken_where_the_labels_name_one(crops: Folder) -> None:
    found = crops_loader.load(crops("file,plate,plate_class\na.jpg,皖A12345,yellow\nb.jpg,皖A12346,\n"))
    assert [crop.plate_class for crop in found] == ["yellow", ""]
    with pytest.raises(DataSetError, match=r"line 2: 'a \(b\)' is no class"):
        crops_loader.load(crops("file,plate,plate_class\na.jpg,皖A12345,a (b)\n"))


HEADER = "file,plate,x1,y1,x2,y2,rbx,rby,lbx,lby,ltx,lty,rtx,rty,kind\n"


@pytest.fixture
def photos(tmp_path: Path) -> Callable[..., DataSet]:
    def make(rows: str, header: str = HEADER) -> DataSet:
        (tmp_path / "images").mkdir(exist_ok=True)
        (tmp_path / "images" / "a.jpg").write_bytes(b"not looked at here")
        (tmp_path / "labels.csv").write_text(header + rows, encoding="utf-8")
        return locate(str(tmp_path), "ccpd_samples")

    return make


def test_photos_carry_box_and_corners_from_left_top_around(photos: Callable[..., DataSet]) -> None:
    (photo,) = ccpd.load(photos("a.jpg,皖AD12345,1,2,30,20,30,20,1,19,2,2,29,3,green\n"))
    assert photo.box.tolist() == [1, 2, 30, 20]
    assert photo.corners.tolist() == [[2, 2], [29, 3], [30, 20], [1, 19]]
    assert (photo.plate, photo.kind) == ("皖AD12345", "green")
    assert photo.path.is_file()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a.jpg,皖A12345,one,2,30,20,30,20,1,19,2,2,29,3,blue\n", "could not convert"),
        ("a.jpg,皖A12345,30,2,30,20,30,20,1,19,2,2,29,3,blue\n", "has no area"),
        ("a.jpg,皖A12345,1,2,nan,20,30,20,1,19,2,2,29,3,blue\n", "has no area"),
        ("b.jpg,皖A12345,1,2,30,20,30,20,1,19,2,2,29,3,blue\n", "b.jpg is not in"),
        ("a.jpg,皖A12345,1,2,30,,30,20,1,19,2,2,29,3,blue\n", "could not convert"),
        # left-top and right-top taken for each other: counter-clockwise; the lower two taken for each other: crossed
        ("a.jpg,皖A12345,1,2,30,20,1,19,30,20,29,3,2,2,blue\n", "don't go around"),
        ("a.jpg,皖A12345,1,2,30,20,1,19,30,20,2,2,29,3,blue\n", "don't go around"),
        ("a.jpg,皖A12345,1,2,30,20,30,20,1,19,2,2,29,3,blue\n" * 2, "line 3: 皖A12345 in a.jpg is labelled twice"),
    ],
)
def test_photo_labels_that_do_not_fit_are_named(photos: Callable[..., DataSet], row: str, message: str) -> None:
    with pytest.raises(DataSetError) as caught:
        ccpd.load(photos(row))
    assert message in caught.value.message


def test_a_photo_needs_no_place_and_no_kind(photos: Callable[..., DataSet]) -> None:
    (photo,) = ccpd.load(photos("a.jpg,皖AD12345\n", "file,plate\n"))
    assert photo.box is None and photo.corners is None
    assert photo.kind == "green_small"  # D in place 3, as the text says


def test_without_a_box_it_lies_around_the_corners(photos: Callable[..., DataSet]) -> None:
    header = "file,plate,ltx,lty,rtx,rty,rbx,rby,lbx,lby\n"
    first, second = ccpd.load(photos("a.jpg,皖A12345,2,2,29,3,30,20,1,19\na.jpg,皖A12346,,,,,,,,\n", header))
    assert first.box is not None and first.box.tolist() == [1, 2, 30, 20]
    assert second.box is None and second.corners is None
    with pytest.raises(DataSetError, match="lacks the columns: lbx, lby"):
        ccpd.load(photos("a.jpg,皖A12345,2,2,29,3,30,20\n", "file,plate,ltx,lty,rtx,rty,rbx,rby\n"))


def test_photos_lie_in_images_or_in_the_folder(photos: Callable[..., DataSet]) -> None:
    data = photos("a.jpg,皖A12345\nb.jpg,皖A12346\n", "file,plate\n")
    for name in ("a.jpg", "b.jpg"):
        (data.root / name).write_bytes(b"not looked at here")
    assert [p.path.relative_to(data.root).as_posix() for p in ccpd.load(data)] == ["images/a.jpg", "b.jpg"]


@pytest.mark.data
def test_the_cards_pin_the_data_that_are_here(plates_cn: DataSet, ccpd_samples: DataSet) -> None:
    for data in (plates_cn, ccpd_samples):
        pinned = card(data.name)
        assert fingerprint(data.root) == (pinned.tree_sha256, pinned.n_files)
        assert pinned.missing and pinned.sources


@pytest.mark.data
def test_file_names_of_ccpd_are_its_labels(ccpd_samples: DataSet, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ccpd_samples.root / "images", copy / "images")
    ccpd.label_by_name(copy)
    made = {photo.file: photo for photo in ccpd.load(locate(str(copy), "ccpd_samples"))}
    for known in ccpd.load(ccpd_samples):
        photo = made[known.file]
        assert (photo.plate, photo.kind) == (known.plate, known.kind)
        assert photo.box.tolist() == known.box.tolist()
        assert photo.corners.tolist() == known.corners.tolist()


@pytest.mark.parametrize("name", ["holiday.jpg", "1-2-3&4_5&6-1&2_3&4_5&6_7&8-0_99_1-1-1.jpg"])
def test_a_name_that_is_not_ccpds_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(DataSetError, match=r"holds no \.jpg"):
        ccpd.label_by_name(tmp_path)
    (tmp_path / "images" / name).write_bytes(b"x")
    with pytest.raises(DataSetError, match="not named in CCPD's manner"):
        ccpd.label_by_name(tmp_path)


def test_crops_named_by_their_plate_are_labelled(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match=r"holds no \.jpg"):
        crops_loader.label_by_name(tmp_path)
    for name in ("皖A12345.jpg", "京B00001_2.jpg"):
        (tmp_path / name).write_bytes(b"x")
    crops_loader.label_by_name(tmp_path)
    found = crops_loader.load(locate(str(tmp_path), "plates_cn"))
    assert {crop.file: crop.plate for crop in found} == {"皖A12345.jpg": "皖A12345", "京B00001_2.jpg": "京B00001"}
