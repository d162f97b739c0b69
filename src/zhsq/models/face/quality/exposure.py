"""Light and focus of an aligned face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.face.quality.measures import WORST_BLUR
from zhsq.models.face.quality.order import nth_largest, quantiles, share
from zhsq.models.graph import FloatArray

#: Linear luminance 0..255 up to which a pixel counts as nearly black. The standard's 25 also takes in well exposed dark
#: skin, whose reflectance goes down to about 4 % (10 of 255); a stop below that no skin is left.
DARK = 6.0
#: As in the standard.
BURNT = 247.0

_LEVELS = np.arange(256) / 255
#: sRGB 0..255 to linear light 0..255 (IEC 61966-2-1).
LINEAR: FloatArray = (255 * np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)).astype(
    np.float32
)
_LUMINANCE = np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32)


def linear_luminance(crop: RGBImage) -> FloatArray:
    """Linear luminance 0..255 (h, w) float32 of sRGB pixels."""
    return np.asarray(cv2.transform(cv2.LUT(crop, LINEAR), _LUMINANCE), dtype=np.float32)


def dark_share(luminance: FloatArray) -> float:
    """Share of pixels that are nearly black."""
    return share(luminance <= DARK)


def burnt_share(luminance: FloatArray) -> float:
    """Share of pixels that are burnt out."""
    return share(luminance >= BURNT)


def span(luminance: FloatArray) -> float:
    """Stops (factors of two of light) between the 5 % darkest and the 5 % lightest pixels; noise of black is left out."""
    low, high = quantiles(luminance, 0.05, 0.95)
    return float(np.log2((high + 1) / (low + 1)))


def evenness(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> float:
    """Mean intensity (0..255) of the darker of two zones by that of the lighter, 0..1; 1 when both are black."""
    low, high = sorted((cv2.mean(left)[0], cv2.mean(right)[0]))
    return low / high if high > 0 else 1.0


def blur(grey: FloatArray, inter_eye: float) -> float:
    """Standard deviation of the blur, in percent of the inter-eye distance; at most `WORST_BLUR`.

    An edge blurred by s has, after a further Gaussian of t, a slope proportional to 1 / sqrt(s^2 + t^2), so the slopes
    at two t give s, whatever the contrast (Zhuo, Sim, "Defocus map estimation from a single image", Pattern
    Recognition 44, 2011). Measured over the strongest slopes in each of four directions, and the worst direction
    counts: motion blurs one. Reads about half a pixel more than the truth, for an edge is measured over its width.
    Noise reads as sharpness.

    Args:
        grey: (h, w) float32, the inner face.
        inter_eye: distance of the eyes in it, pixels.
    """
    fine, coarse = (_slopes(cv2.GaussianBlur(grey, (0, 0), t)) for t in (1.0, 2.0))
    strong = fine >= 0.7 * np.array(
        [[nth_largest(slopes, 1 + slopes.size // 100)] for slopes in fine], dtype=np.float32
    )
    sums = zip(_sums(fine, strong), _sums(coarse, strong), strict=True)
    worst = 0.0
    for above, below in sums:
        ratio = (above / below) ** 2 if below > 0 else 1.0
        if ratio <= 1.0:
            return WORST_BLUR
        worst = max(worst, max(0.0, 4.0 - ratio) / (ratio - 1.0))
    return float(min(WORST_BLUR, 100 * worst**0.5 / inter_eye))


def _sums(slopes: FloatArray, where: NDArray[np.bool_]) -> list[float]:
    sums: list[float] = (slopes * where).sum(axis=1).tolist()
    return sums


def _slopes(smooth: FloatArray) -> FloatArray:
    """Steepness along x, y and the diagonals: (4, n) for n pixels."""
    x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3).ravel()
    y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3).ravel()
    slopes = np.empty((4, x.size), dtype=np.float32)
    slopes[0], slopes[1] = x, y
    np.add(x, y, out=slopes[2])
    np.subtract(x, y, out=slopes[3])
    slopes[2:] *= 0.5**0.5
    return np.abs(slopes, out=slopes)
