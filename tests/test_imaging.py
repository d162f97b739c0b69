"""Images from outside: what is not usable is refused with its name, before it can cost memory."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zhsq.errors import BadImageError
from zhsq.imaging import decode_image
from zhsq.quickstart.samples import jpeg, plate
from zhsq_testing.mutants import mutant


def encode(array: np.ndarray, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_kinds_come_back_exactly(picture: np.ndarray, kind: str) -> None:
    np.testing.assert_array_equal(decode_image(encode(picture, kind)), picture)


def test_grey_and_palette_images_become_rgb(picture: np.ndarray) -> None:
    grey = decode_image(encode(picture[..., 0], "PNG"))
    assert grey.shape == (40, 60, 3)
    np.testing.assert_array_equal(grey[..., 0], grey[..., 2])


def test_a_photo_is_turned_upright_by_its_exif_orientation(picture: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate 90 degrees clockwise to show
    upright = decode_image(encode(picture, "PNG", exif=exif.tobytes()))
    np.testing.assert_array_equal(upright, np.rot90(picture, k=-1))


def test_a_truncated_jpeg_is_refused_not_padded_with_grey(picture: np.ndarray) -> None:
    data = encode(picture, "JPEG")
    with pytest.raises(BadImageError, match=r"gate\.jpg is truncated or damaged"):
        decode_image(data[: len(data) // 2], name="gate.jpg")


@pytest.mark.parametrize("data", [b"hello", b"\xff\xd8\xff", b"GIF89a" + bytes(20), b"%PDF-1.4"])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(BadImageError):
        decode_image(data)


def test_nothing_is_refused() -> None:
    with pytest.raises(BadImageError, match="is empty"):
        decode_image(b"")


def empty_png(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds no pixels: whoever decodes it fails in another way."""
    chunks = [b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00", b"IDAT", b"IEND"]
    framed = [(len(c) - 4).to_bytes(4) + c + zlib.crc32(c).to_bytes(4) for c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def test_a_40_megapixel_image_is_refused_by_its_header_alone() -> None:
    with pytest.raises(BadImageError, match=r"8000x5000 = 40\.0 megapixels"):
        decode_image(empty_png(8000, 5000))


def test_a_bomb_beyond_pillow_s_own_limit_is_refused_too() -> None:
    with pytest.raises(BadImageError, match="pixels"):
        decode_image(empty_png(60000, 60000))


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadImageError, match=r"none\.jpg can't be read"):
        decode_image(tmp_path / "none.jpg")


def test_a_png_whose_profile_of_colours_is_cut_short_is_refused() -> None:
    """Pillow's reader of iCCP runs past the chunk's end, with an IndexError."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    chunk, end = b"iCCP" + b"name\0", out.getvalue()[-12:]  # behind the pixels: read after the picture was opened
    data = out.getvalue()[:-12] + struct.pack(">I", 5) + chunk + struct.pack(">I", zlib.crc32(chunk)) + end
    with pytest.raises(BadImageError, match="truncated or damaged"):
        decode_image(data)


def test_mutated_pictures_are_decoded_or_refused() -> None:
    """More of them, through the API: `make quality`."""
    photos = (jpeg(plate()),)
    decoded = 0
    for number in range(360):
        made = mutant(number, photos)
        try:
            picture = decode_image(made.data)
        except BadImageError:
            continue
        except Exception as error:
            pytest.fail(f"{made.how}: {type(error).__name__}: {error}")
        assert picture.ndim == 3 and picture.shape[2] == 3 and picture.dtype == np.uint8, made.how
        decoded += 1
    assert 60 < decoded < 300, "or the mutants are all alike"
