"""Whether the eyes or the mouth are hidden: parts of a face compared with other parts of the same face.

Nothing here knows what colour skin is. Eyes behind dark lenses are much darker than the cheeks of the same face. A mouth
differs from the skin around it by lips, teeth or the line between the lips; a mask over it is one cloth all through, and
so is a mask on skin of any colour. Not found: clear or slightly tinted lenses, a hand, a cloth with a pattern, a mask
worn below the lips; and in a grey photo (a camera at night) no mask at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from zhsq.imaging import RGBImage
from zhsq.models.face.quality.order import median, medians, quantiles, share
from zhsq.models.graph import FloatArray

#: By so much do lips differ from the skin around them: log ratios of sRGB channels, and stops (factors of two) of light.
#: A lip's hue is several times that; cloth in folds changes its light by less.
_LIPS = np.array([0.08, 0.08, 0.8], dtype=np.float32)
#: A lens dark enough to hide an eye takes this many stops of the light on the cheeks: it lets less than a third through.
_LENS = 1.6
#: Mean log ratio of channels, and stops between the 10 % darkest and lightest, of a face in clear air. Where a face has
#: less, stray light or the camera has weakened its colours, and those of its lips alike.
_HUE, _CONTRAST = 0.15, 1.5
#: Stops to a unit of log lightness: sRGB's exponent of about 2.2 turns logs of pixel values into logs of light.
_STOPS = float(2.2 / np.log(2))
#: log of 0..255; the offset keeps the noise of black small.
_LOGS: FloatArray = np.log(np.arange(256, dtype=np.float32) + 8)
#: From logs of red, green and blue to log(R/G), log(B/G) and stops of light.
_CHANNELS = np.array([(1, -1, 0), (0, -1, 1), (0.2126 * _STOPS, 0.7152 * _STOPS, 0.0722 * _STOPS)], dtype=np.float32)
_SMOOTH = cv2.getGaussianKernel(9, 1.5)
#: Below this log ratio of channels a face has no hue.
_GREY = 0.03


def colours(crop: RGBImage) -> FloatArray:
    """Per pixel log(R/G), log(B/G) and lightness in stops, (h, w, 3) float32, slightly smoothed."""
    # Not GaussianBlur: in bytes it takes three times as long.
    logs = cv2.LUT(cv2.sepFilter2D(crop, -1, _SMOOTH, _SMOOTH), _LOGS)
    return np.asarray(cv2.transform(logs, _CHANNELS), dtype=np.float32)


def eyes_hidden(eyes: Sequence[FloatArray], skin: FloatArray) -> float:
    """Share of the eyes' zones, mean over the eyes, that is darker than the skin elsewhere by what a dark lens takes.

    Args:
        eyes: lightness of `colours` in each eye's zone, of any shape.
        skin: the same (m,) of cheeks and nose, or of the forehead where these are hidden too.
    """
    dark = median(skin) - _LENS
    return sum(share(eye < dark) for eye in eyes) / len(eyes)


def mouth_hidden(mouth: FloatArray, around: FloatArray, upper: FloatArray) -> float:
    """Share of a mouth's zone that is like what is around it; 0 in a grey photo, which can't tell.

    Args:
        mouth: (n, 3) of `colours`.
        around: (m, 3) of `colours`: chin, upper lip, beside the corners.
        upper: (k, 3) of `colours`: the upper face, which tells how strong the photo's colours are.
    """
    hue = float(np.abs(upper[:, :2]).sum()) / (2 * len(upper))
    if hue < _GREY:
        return 0.0
    low, high = quantiles(upper[:, 2], 0.1, 0.9)
    tint, contrast = min(1.0, hue / _HUE), min(1.0, max(high - low, 0.1) / _CONTRAST)
    off = (mouth - medians(around)) / (_LIPS * np.array([tint, tint, contrast], dtype=np.float32))
    # Not numpy.vecdot: Triton's Python has numpy 1.
    return share(np.einsum("...i,...i->...", off, off) <= 1)
