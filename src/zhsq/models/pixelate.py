"""Hide parts of a picture for good: pixels of a block become their mean, so that nothing of them can be computed back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.errors import ZhsqError

Image = NDArray[np.uint8]


def pixelate(picture: Image, mask: NDArray[np.bool_], side: int) -> Image:
    """Pixelate every block that the mask touches; what is outside stays as it is.

    Args:
        picture: (h, w, 3) uint8.
        mask: (h, w) bool.
        side: of a block, pixels.
    """
    height, width = picture.shape[:2]
    size = (-(-width // side), -(-height // side))
    padded = cv2.copyMakeBorder(picture, 0, size[1] * side - height, 0, size[0] * side - width, cv2.BORDER_REPLICATE)
    means = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(means, padded.shape[1::-1], interpolation=cv2.INTER_NEAREST)[:height, :width]
    # Whole blocks: a block of which a part stays sharp tells the rest of it.
    covered = np.zeros(padded.shape[:2], dtype=bool)
    covered[:height, :width] = mask
    touched = covered.reshape(size[1], side, size[0], side).any(axis=(1, 3))
    whole = np.repeat(np.repeat(touched, side, axis=0), side, axis=1)[:height, :width]
    return np.asarray(np.where(whole[..., None], coarse, picture), dtype=np.uint8)


def encode_jpeg(picture: Image, quality: int) -> bytes:
    """RGB pixels (h, w, 3) uint8 as JPEG, without any metadata.

    Raises:
        ZhsqError: it can't be encoded.
    """
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ZhsqError("A picture can't be encoded.")
    return bytes(data)
