"""Decode images from outside safely: type and size are looked at before a pixel is decoded."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from zhsq.errors import BadImageError, TooManyPixelsError, ZhsqError

#: Pixels that one image may have; a 24-megapixel camera fits, a decompression bomb does not.
MAX_PIXELS = 25_000_000
#: Kinds that cameras and phones send. Others (PSD, PDF, EPS ...) have large decoders and no use here.
FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF")

RGBImage = NDArray[np.uint8]
#: An image (h, w, 3) uint8 RGB, or what gives it: called by the thread that works on it.
Picture = RGBImage | Callable[[], RGBImage]


def pixels_of(picture: Picture) -> RGBImage:
    """The image itself."""
    return picture() if callable(picture) else picture


def decode_image(
    data: bytes | Path,
    *,
    name: str = "image",
    max_pixels: int = MAX_PIXELS,
    before: Callable[[int], None] = lambda _: None,
) -> RGBImage:
    """Decode an image to RGB, upright by its EXIF orientation.

    Args:
        data: the encoded bytes, or a path to read them from.
        name: what to call it in an error.
        max_pixels: width x height above which it is refused, before decoding.
        before: called with width x height before pixels are decoded; may refuse by a ZhsqError of its own.

    Returns:
        An array of shape (height, width, 3), dtype uint8, channels red, green, blue in 0..255.

    Raises:
        BadImageError: not an image, a kind that is not accepted, truncated, or too many pixels.
    """
    if isinstance(data, Path):
        name = str(data)
        try:
            data = data.read_bytes()
        except OSError as error:
            raise BadImageError(
                f"{name} can't be read: {error.strerror}.", "Check the path and its permissions."
            ) from error
    if not data:
        raise BadImageError(f"{name} is empty.", "Send the bytes of a JPEG, PNG, BMP, WebP or TIFF image.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                if width * height > max_pixels:
                    raise TooManyPixelsError(
                        f"{name} has {width}x{height} = {width * height / 1e6:.1f} megapixels; "
                        f"the limit is {max_pixels / 1e6:.0f}.",
                        "Send a smaller image.",
                    )
                before(width * height)
                image.load()
                # Each copy of the largest picture would take 100 MB: there is none that isn't needed.
                ImageOps.exif_transpose(image, in_place=True)
                return np.asarray(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)
    except UnidentifiedImageError as error:
        raise BadImageError(f"{name} is not an image.", "Send a JPEG, PNG, BMP, WebP or TIFF image.") from error
    except Image.DecompressionBombError as error:
        raise TooManyPixelsError(f"{name} has too many pixels: {error}", "Send a smaller image.") from error
    except ZhsqError:
        raise
    except Exception as error:  # Pillow's parsers raise whatever they run into: IndexError for a short chunk, and so on
        raise BadImageError(f"{name} is truncated or damaged: {error}.", "Send the whole file.") from error
