"""What the quickstart shows when no public data are found: a drawn plate, one free portrait, a drawn camera scene.

They prove that the machinery runs. They are never the source of a figure about accuracy.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from zhsq.imaging import RGBImage
from zhsq.models.bundle import Licence
from zhsq.models.zoo.weights import Weight, obtain

PLATE_TEXT = "京A12345"

#: Eileen Collins, photographed by NASA: public domain. scikit-image's wheel carries it.
PORTRAIT = Weight(
    name="astronaut.png",
    sha256="88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    size=791555,
    licence=Licence(name="astronaut.png", spdx="public-domain", source="NASA via scikit-image", deployable=True),
    training_data=Licence(name="none", spdx="public-domain", source="a photograph, not weights", deployable=True),
    package="scikit-image",
    release="0.25.2",
    member="skimage/data/astronaut.png",
)

#: Strokes of 京 in a box 90 wide and 180 high (GA 36-2018 gives a character 45x90 mm; two units a millimetre).
_JING: tuple[tuple[tuple[int, int], ...], ...] = (
    ((45, 0), (45, 28)),
    ((0, 30), (90, 30)),
    ((16, 52), (74, 52), (74, 92), (16, 92), (16, 52)),
    ((45, 92), (45, 172), (32, 164)),
    ((20, 112), (4, 150)),
    ((70, 112), (88, 150)),
)


def plate() -> RGBImage:
    """A drawn blue plate 京A12345 in the proportions of GA 36-2018 (440x140 mm), shape (140, 440, 3), RGB."""
    image = Image.new("RGB", (880, 280), (20, 60, 170))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8, 8, 872, 272), radius=20, outline=(255, 255, 255), width=6)
    for stroke in _JING:
        draw.line([(31 + x, 50 + y) for x, y in stroke], fill=(255, 255, 255), width=13, joint="curve")
    font = ImageFont.load_default(size=205)
    places = [145, *(293 + 114 * i for i in range(5))]
    for character, x in zip(PLATE_TEXT[1:], places, strict=True):
        glyph = Image.new("L", (300, 300))
        ImageDraw.Draw(glyph).text((50, 30), character, font=font, fill=255, stroke_width=3)
        width, offset = (30, 30) if character == "1" else (90, 0)
        box = glyph.getbbox() or (0, 0, 1, 1)
        image.paste((255, 255, 255), (x + offset, 50), glyph.crop(box).resize((width, 180)))
    draw.ellipse((253, 128, 277, 152), fill=(255, 255, 255))
    return np.asarray(image.resize((440, 140), Image.Resampling.LANCZOS), dtype=np.uint8)


def portraits() -> tuple[bytes, bytes]:
    """Two pictures of one person as JPEG: the portrait, and it darker, smaller and turned by 4 degrees.

    Raises:
        DownloadError: the carrier can't be had.
    """
    with Image.open(obtain(PORTRAIT)) as picture:
        first = picture.convert("RGB")
    second = first.rotate(4, resample=Image.Resampling.BILINEAR).resize((400, 400)).point(lambda value: value * 0.7)
    return jpeg(np.asarray(first)), jpeg(np.asarray(second))


def jpeg(image: RGBImage) -> bytes:
    """Encode RGB pixels as JPEG."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=92)
    return out.getvalue()


def scene(folder: Path, *, clips: int = 3, frames: int = 60, seed: int = 0) -> Path:
    """Write a drawn camera scene in the layout of `ucsd_ped2`: figures that walk; in the tests, one that drives.

    Args:
        folder: where to write; kept if it is there already.
        clips: training clips, and test clips.
        frames: frames a clip, 240x160 pixels.
        seed: of the walkers.
    """
    labels = folder / "frame_labels.csv"
    if labels.exists():
        return folder
    random = np.random.default_rng(seed)
    rows: list[tuple[str, int, int]] = []
    for split in ("training", "testing"):
        for clip in range(1, clips + 1):
            target = folder / split / f"{clip:02d}"
            target.mkdir(parents=True, exist_ok=True)
            walkers = random.uniform((0, 30, -1.2), (240, 140, 1.2), size=(5, 3))
            for frame in range(frames):
                canvas = Image.new("L", (240, 160), 128)
                draw = ImageDraw.Draw(canvas)
                for x, y, speed in walkers:
                    left = (x + speed * frame) % 240
                    draw.rectangle((left, y, left + 6, y + 14), fill=60)
                anomalous = split == "testing" and frames // 3 <= frame < 2 * frames // 3
                if anomalous:
                    left = 6.0 * (frame - frames // 3)
                    draw.rectangle((left, 60, left + 26, 82), fill=220)
                noisy = np.asarray(canvas, dtype=np.int16) + random.integers(-3, 4, size=(160, 240))
                Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(target / f"{frame:03d}.jpg", quality=92)
                if split == "testing":
                    rows.append((f"{clip:02d}", frame, int(anomalous)))
    with labels.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("clip", "frame", "anomalous"))
        writer.writerows(rows)
    return folder
