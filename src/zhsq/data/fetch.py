"""Download a registered data set from its publisher and bring it into our layout."""

from __future__ import annotations

import csv
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from zhsq.data.registry import LABELS, Card
from zhsq.download import fetch
from zhsq.errors import DataSetError, DownloadError


def fetch_data_set(card: Card, root: Path) -> Path:
    """Fetch every source of a card into `root/.downloads`, then unpack into `root/<name>`.

    The folder appears under its name only when it is whole.

    Raises:
        DownloadError: a source can't be had, or is no archive.
        DataSetError: the folder is there already, or what came is not in a layout that is known.
    """
    target = root / card.name
    if target.exists():
        raise DataSetError(f"{target} is there already.", f"Check it: zhsq data check {card.name}")
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{card.name}-", dir=root) as folder:
        draft = Path(folder) / card.name
        draft.mkdir()
        for source in card.sources:
            name = source.url.rsplit("/", 1)[-1]
            terms = f"{card.licence}. {card.terms}"
            file = fetch(source.url, root / ".downloads" / card.name / name, sha256=source.sha256, licence=terms)
            if source.unpack is None:
                shutil.copyfile(file, draft / name)
            else:
                unpack(file, source.unpack, draft)
        _into_layout(card, draft)
        if not (draft / LABELS[card.layout]).is_file():
            raise DataSetError(f"What {card.name}'s sources hold has no {LABELS[card.layout]}.", "See zhsq data info.")
        draft.rename(target)
    return target


def unpack(archive: Path, inside: str, target: Path) -> None:
    """Unpack a tar or zip archive's folder `inside` ('.' for all of it) into `target`; nothing can leave it.

    Raises:
        DownloadError: it is no archive, is damaged, or lacks that folder.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            if zipfile.is_zipfile(archive):
                with zipfile.ZipFile(archive) as packed:
                    packed.extractall(folder)  # zipfile drops '..' and leading slashes by itself
            else:
                with tarfile.open(archive) as packed_tar:
                    packed_tar.extractall(folder, filter="data")
        except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
            raise DownloadError(f"{archive} can't be unpacked: {error}.", "Delete it and fetch again.") from error
        source = Path(folder) / inside
        if not source.is_dir():
            raise DownloadError(f"{archive} has no folder {inside}.", "Its publisher changed it.")
        shutil.copytree(source, target, dirs_exist_ok=True)


def _into_layout(card: Card, folder: Path) -> None:
    if card.layout == "ucsd_ped2" and (folder / "Train").is_dir():
        convert_ucsd(folder)
    elif card.layout == "plates_cn" and not (folder / "labels.csv").exists():
        from zhsq.data.plates_cn import label_by_name

        label_by_name(folder)
    elif card.layout == "ccpd_samples" and not (folder / "labels.csv").exists():
        from zhsq.data.ccpd import label_by_name as label_ccpd

        label_ccpd(folder)


def convert_ucsd(folder: Path) -> None:
    """UCSD's own layout (Train/Train001/001.tif, Test/Test001, Test/Test001_gt) into ours, in place.

    A frame is anomalous when its mask has a pixel.
    """
    rows: list[tuple[str, int, int]] = []
    for source, split in (("Train", "training"), ("Test", "testing")):
        for clip in sorted(path for path in (folder / source).iterdir() if path.is_dir()):
            number = "".join(character for character in clip.name if character.isdigit())[-2:]
            mask = clip.name.endswith("_gt")
            target = folder / ("testing_masks" if mask else split) / number
            target.mkdir(parents=True)
            frames = sorted(path for path in clip.iterdir() if path.suffix.lower() in (".tif", ".bmp"))
            for index, path in enumerate(frames):
                with Image.open(path) as image:
                    pixels = np.asarray(image.convert("L"))
                Image.fromarray(pixels).save(target / f"{index:03d}.png")
                if mask:
                    rows.append((number, index, int(pixels.any())))
    for source in ("Train", "Test"):
        shutil.rmtree(folder / source)
    with (folder / "frame_labels.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("clip", "frame", "anomalous"))
        writer.writerows(sorted(rows))
