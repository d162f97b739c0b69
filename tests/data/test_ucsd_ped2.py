"""Masks beside frames, and frames that are in training and test."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zhsq.data import ucsd_ped2 as ped2
from zhsq.data.registry import DataSet, locate
from zhsq.errors import BadImageError, DataSetError
from zhsq.quickstart.samples import scene


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two clips of three frames, the first with masks: the second frame's has a bar of 2x5 pixels."""
    root = scene(tmp_path / "s", clips=2, frames=3)
    shutil.rmtree(root / "testing_masks", ignore_errors=True)
    folder = root / "testing_masks" / "01"
    folder.mkdir(parents=True)
    for i in range(3):
        mask = np.zeros((160, 240), np.uint8)
        mask[10:12, 20:25] = 255 * (i == 1)
        Image.fromarray(mask).save(folder / f"{i:03d}.png")
    return root


def located(root: Path) -> DataSet:
    return locate(str(root), "ucsd_ped2")


def test_masks_go_with_their_frames_and_a_clip_without_has_none(root: Path) -> None:
    first, second = ped2.testing(located(root))
    assert first.masks is not None and second.masks is None
    assert [mask.stem for mask in first.masks] == [frame.stem for frame in first.frames]
    read = ped2.read_mask(first.masks[1])
    assert read.shape == (160, 240) and read.dtype == np.bool_
    assert read.sum() == 10 and read[10:12, 20:25].all()
    assert not ped2.read_mask(first.masks[0]).any()
    assert ped2.training(located(root))[0].masks is None


def test_a_frame_without_its_mask_is_named(root: Path) -> None:
    (root / "testing_masks" / "01" / "001.png").unlink()
    (root / "testing_masks" / "01" / "002.png").unlink()
    with pytest.raises(DataSetError, match=r"001\.jpg has no mask"):
        ped2.testing(located(root))


def test_a_broken_mask_is_named(root: Path) -> None:
    path = root / "testing_masks" / "01" / "001.png"
    path.write_bytes(b"no picture")
    with pytest.raises(BadImageError, match=r"001\.png"):
        ped2.read_mask(path)


def test_a_test_frame_in_training_is_refused(root: Path) -> None:
    data = located(root)
    ped2.refuse_shared_frames(ped2.training(data), ped2.testing(data))
    shutil.copy(root / "testing" / "02" / "001.jpg", root / "training" / "01" / "900.jpg")
    with pytest.raises(DataSetError, match=r"Leak: 1 test frames .*testing/02/001\.jpg = .*training/01/900\.jpg"):
        ped2.refuse_shared_frames(ped2.training(data), ped2.testing(data))


@pytest.mark.data
def test_ped2_has_masks_that_agree_with_its_labels_and_no_shared_frame(ucsd_ped2: DataSet) -> None:
    clips = ped2.testing(ucsd_ped2)
    ped2.refuse_shared_frames(ped2.training(ucsd_ped2), clips)
    for clip in clips:
        assert clip.masks is not None and clip.anomalous is not None and len(clip.masks) == len(clip.frames)
    masks, marks = clips[0].masks or (), clips[0].anomalous
    assert marks is not None
    assert [ped2.read_mask(mask).any() for mask in masks[50:70]] == marks[50:70].tolist()
