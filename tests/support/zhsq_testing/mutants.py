"""Pictures as nobody should send them: whole ones of every format, damaged, disguised, or made to cost more than they weigh.

Mutant number n is the same every time; its `how` says how it was made, so that one that broke something can be made again.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageCms

Draw = np.random.Generator
#: In the order in which they take turns.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")


@dataclass(frozen=True)
class Mutant:
    """Bytes, and how they were made."""

    data: bytes
    how: str


def mutant(number: int, photos: tuple[bytes, ...]) -> Mutant:
    """The mutant of that number.

    Args:
        number: 0 or more.
        photos: whole pictures to begin with, at least one.
    """
    draw = np.random.default_rng(number)
    names = tuple(_WAYS)
    name = names[number % len(names)]
    form = FORMATS[number // len(names) % len(FORMATS)]
    photo = int(draw.integers(len(photos)))
    return Mutant(_WAYS[name](draw, form, photos[photo]), f"{name} of {form}, number {number}")


@cache
def _whole(photo: bytes, form: str, mode: str = "RGB") -> bytes:
    with Image.open(io.BytesIO(photo)) as opened:
        if mode == "I;16":
            picture = Image.fromarray(np.asarray(opened.convert("L"), dtype=np.uint16) * 257)
        else:
            picture = opened.convert(mode)
    return _saved(picture, form)


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _flipped(draw: Draw, form: str, photo: bytes) -> bytes:
    """Up to 64 bits turned anywhere."""
    data = bytearray(_whole(photo, form))
    for at in draw.integers(len(data), size=int(draw.integers(1, 65))):
        data[at] ^= 1 << int(draw.integers(8))
    return bytes(data)


def _header(draw: Draw, form: str, photo: bytes) -> bytes:
    """Bytes of the first 200 replaced: sizes, depths, counts and offsets live there."""
    data = bytearray(_whole(photo, form))
    start = min(len(data) - 1, int(draw.integers(2, 200)))
    for at in range(start, min(len(data), start + int(draw.integers(1, 9)))):
        data[at] = int(draw.choice([0, 1, 0x7F, 0x80, 0xFF, int(draw.integers(256))]))
    return bytes(data)


def _cut(draw: Draw, form: str, photo: bytes) -> bytes:
    data = _whole(photo, form)
    return data[: int(draw.integers(len(data)))]


def _spliced(draw: Draw, form: str, photo: bytes) -> bytes:
    """The beginning of one format, the rest of another."""
    first, second = _whole(photo, form), _whole(photo, str(draw.choice(FORMATS)))
    return first[: int(draw.integers(1, 400))] + second[int(draw.integers(len(second))) :]


def _repeated(draw: Draw, form: str, photo: bytes) -> bytes:
    """A stretch of it many times over."""
    data = _whole(photo, form)
    start = int(draw.integers(len(data)))
    part = data[start : start + int(draw.integers(1, 300))]
    return data[:start] + part * int(draw.integers(2, 500)) + data[start:]


def _huge(draw: Draw, form: str, photo: bytes) -> bytes:
    """Dimensions that the pixels don't bear out, from a thousand to 4 thousand million, one side or both."""
    width, height = (int(draw.choice([0, 1, 5_000, 30_000, 65_535, 2**31 - 1, 2**32 - 1])) for _ in range(2))
    data = bytearray(_whole(photo, form))
    places = {
        "PNG": (16, ">II", 2**32 - 1),
        "BMP": (18, "<II", 2**32 - 1),
        "GIF": (6, "<HH", 0xFFFF),
        "JPEG": (data.find(b"\xff\xc0") + 5, ">HH", 0xFFFF),
        "WEBP": (26, "<HH", 0x3FFF),
    }
    if form == "TIFF":
        for tag, side in ((256, width), (257, height)):
            struct.pack_into("<I", data, _tiff_tag(data, tag) + 8, side)
        return bytes(data)
    at, layout, most = places[form]
    pair = (height, width) if form == "JPEG" else (width, height)
    struct.pack_into(layout, data, at, *(min(side, most) for side in pair))
    if form == "PNG":  # with the right checksum, or it would be refused for that
        struct.pack_into(">I", data, 29, zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def _tiff_tag(data: bytearray, tag: int) -> int:
    """Where a tag of a TIFF of little endian, as Pillow writes them, begins."""
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    places = [start + 2 + 12 * i for i in range(count)]
    return next(at for at in places if struct.unpack_from("<H", data, at)[0] == tag)


def _bomb(draw: Draw, form: str, _photo: bytes) -> bytes:
    """Few bytes, many pixels: as many as are let in, or more."""
    side = int(draw.choice([4_900, 5_001, 9_000]))
    if form == "PNG" and draw.integers(2):
        text = _chunk(
            b"zTXt", b"note\0\0" + zlib.compress(bytes(80_000_000), 1)
        )  # a text that swells in place of pixels
        data = _saved(Image.new("L", (64, 64)), "PNG")
        return data[:33] + text + data[33:]
    form = form if form in ("PNG", "TIFF", "GIF") else "PNG"
    options = {"compression": "tiff_adobe_deflate"} if form == "TIFF" else {}
    return _flat(side, form, tuple(options.items()))


@cache
def _flat(side: int, form: str, options: tuple[tuple[str, str], ...]) -> bytes:
    return _saved(Image.new("L", (side, side), 128), form, **dict(options))


def _exif(draw: Draw, form: str, photo: bytes) -> bytes:
    """Meta data that lie: broken EXIF, orientations that there are not, a profile of colours that is none, much of it."""
    kind = int(draw.integers(4))
    exif = Image.Exif()
    exif[0x0112] = int(draw.choice([0, 5, 8, 9, 65_535]))
    exif[0x010E] = "x" * int(draw.integers(1, 30_000))
    if kind == 0:
        block = exif.tobytes()
    elif kind == 1:
        bits = bytearray(exif.tobytes())
        for at in draw.integers(len(bits), size=20):
            bits[at] = int(draw.integers(256))
        block = bytes(bits)
    elif kind == 2:  # a directory that points to itself
        block = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    else:
        block = b"Exif\0\0" + draw.bytes(int(draw.integers(1, 5_000)))
    form = form if form in ("JPEG", "PNG", "WEBP", "TIFF") else "JPEG"
    with Image.open(io.BytesIO(photo)) as opened:
        picture = opened.convert("RGB")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile[: int(draw.integers(len(profile)))] + draw.bytes(64)
    if form == "TIFF":  # whose writer wants tags, not a block
        return _saved(picture, form, icc_profile=profile, description="x" * int(draw.integers(1, 30_000)))
    return _saved(picture, form, exif=block, icc_profile=profile)


def _odd(draw: Draw, form: str, photo: bytes) -> bytes:
    """Whole, but of a kind that cameras don't send: 16 bit, CMYK, palette, one bit, with alpha, progressive, animated."""
    kinds: dict[str, tuple[str, ...]] = {
        "JPEG": ("CMYK", "L"),
        "PNG": ("I;16", "P", "1", "RGBA", "LA"),
        "WEBP": ("RGBA",),
        "BMP": ("P", "1", "L"),
        "GIF": ("P", "1", "L"),
        "TIFF": ("CMYK", "I;16", "F", "LAB", "YCbCr", "P", "1", "I"),
    }
    if form in ("GIF", "WEBP", "TIFF", "PNG") and draw.integers(3) == 0:
        with Image.open(io.BytesIO(photo)) as opened:
            frames = [opened.convert("RGB").resize((64, 64)).rotate(9 * turn) for turn in range(40)]
        return _saved(frames[0], form, save_all=True, append_images=frames[1:])
    mode = str(draw.choice(kinds[form]))
    if mode == "LAB":
        with Image.open(io.BytesIO(photo)) as opened:
            return _saved(Image.merge("LAB", opened.convert("RGB").split()), form)
    return _whole(photo, form, mode)


def _tiny(draw: Draw, form: str, _photo: bytes) -> bytes:
    """A picture of few pixels, or one that is all length."""
    width, height = int(draw.choice([1, 2, 3, 15, 16, 17])), int(draw.choice([1, 2, 3, 16, 17, 4_000]))
    width, height = (width, height) if draw.integers(2) else (height, width)
    return _saved(Image.fromarray(draw.integers(0, 256, (height, width, 3), dtype=np.uint8)), form)


def _disguised(draw: Draw, form: str, photo: bytes) -> bytes:
    """Something else: another kind of file, or one that is two things at once."""
    data = _whole(photo, form)
    others = (
        b"",
        b"\0" * 1_000,
        draw.bytes(2_000),
        b"%PDF-1.7\n" + data,
        b"8BPS\0\x01" + draw.bytes(500),
        b"PK\x03\x04" + data,
        b"GIF89a" + draw.bytes(300),
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x1f\x8b" + data,
        data + b"PK\x03\x04" + draw.bytes(2_000),
        data + data,
        b"<html><script>" + data + b"</script></html>",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + draw.bytes(800),
    )
    return others[int(draw.integers(len(others)))]


def _chunks(draw: Draw, form: str, photo: bytes) -> bytes:
    """PNG: chunks lost, doubled, moved or with another type, each with its right checksum. TIFF: tags rewritten."""
    if form == "TIFF":
        data = bytearray(_whole(photo, form))
        (start,) = struct.unpack_from("<I", data, 4)
        (count,) = struct.unpack_from("<H", data, start)
        for _ in range(int(draw.integers(1, 4))):
            at = start + 2 + 12 * int(draw.integers(count))
            value = int(draw.choice([0, 1, 2**16 - 1, 2**31, 2**32 - 1, int(draw.integers(2**32))]))
            struct.pack_into("<HI", data, at + 2, int(draw.integers(1, 14)), value)
            if draw.integers(2):
                struct.pack_into("<I", data, at + 8, int(draw.integers(2**32)))
        return bytes(data)
    parts = _png_parts(_whole(photo, "PNG"))
    for _ in range(int(draw.integers(1, 4))):
        at = int(draw.integers(len(parts)))
        match int(draw.integers(4)):
            case 0 if len(parts) > 1:
                parts.pop(at)
            case 1:
                parts.insert(at, parts[at])
            case 2:
                kind = draw.choice([b"tRNS", b"PLTE", b"iCCP", b"fdAT", b"acTL", b"gAMA", b"eXIf", b"IDAT", b"IHDR"])
                parts[at] = (bytes(kind), parts[at][1][: int(draw.integers(1, 900))])
            case _:
                parts[at] = (parts[at][0], draw.bytes(int(draw.integers(0, 60))))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _png_parts(data: bytes) -> list[tuple[bytes, bytes]]:
    at, parts = 8, []
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        parts.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += size + 12
    return parts


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_WAYS: dict[str, Callable[[Draw, str, bytes], bytes]] = {
    "bits flipped": _flipped,
    "header edited": _header,
    "cut off": _cut,
    "spliced": _spliced,
    "a stretch repeated": _repeated,
    "dimensions faked": _huge,
    "bomb": _bomb,
    "meta data": _exif,
    "odd kind": _odd,
    "tiny": _tiny,
    "disguised": _disguised,
    "chunks and tags": _chunks,
}
