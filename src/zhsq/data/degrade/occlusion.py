"""What people wear: a surgical mask and sunglasses, drawn on the face by its landmarks."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from zhsq.data.degrade.basics import Head, to_linear, to_srgb
from zhsq.imaging import RGBImage
from zhsq.models.graph import FloatArray

#: Cloth as sRGB under white light: light blue, white, light green, black, grey, pink.
CLOTHS = ((158, 203, 226), (234, 238, 240), (150, 202, 182), (40, 41, 45), (122, 127, 134), (231, 182, 192))
#: Luminous transmittance of sunglass filters: the middle of categories 1 (43-80 %), 2 (18-43 %), 3 (8-18 %) and
#: 4 (3-8 %) of ISO 12312-1.
TRANSMITTANCE = {1: 0.6, 2: 0.3, 3: 0.12, 4: 0.05}
#: Reflectance of skin, about, in linear light: turns how bright a face is into how much light falls on it.
_SKIN = 0.35
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def mask(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """A surgical mask with three pleats and ear loops, of a cloth and a fit that vary.

    After NIST's digitally applied masks, which vary colour, shape and how much of the nose is covered (Ngan, Grother,
    Hanaoka, NISTIR 8311, 2020). The outline follows the five landmarks and average proportions of the lower face; the
    cloth takes the light that falls on the face. A drawn mask doesn't change the shape of the cheeks, and a detector
    may treat it otherwise than a real one.

    Args:
        level: % of the nose covered, from its tip (0) to the line of the eyes (100).
    """
    if not 0 <= level <= 100:
        raise ValueError(f"a share is 0 to 100 %: {level}")
    head = Head.of(landmarks)
    linear = to_linear(image)
    height, width = image.shape[:2]
    top = head.nose[1] * (1 - level / 100)
    wide, low = float(random.uniform(0.93, 1.05)), float(random.uniform(1.66, 1.8))
    ear = max(0.62, top + 0.3)
    half = [
        (0.0, top), (0.16, top + 0.03), (0.45, top + 0.17), (0.75 * wide, 0.6 * top + 0.4 * ear + 0.06),
        (0.98 * wide, ear), (0.96 * wide, 1.0), (0.82 * wide, 1.32), (0.5 * wide, 0.92 * low), (0.2 * wide, low), (0.0, low + 0.01),
    ]  # fmt: skip
    outline = _smooth([*half, *((-x, y) for x, y in reversed(half[1:-1]))])
    cover = _fill(head.points(outline[:, 0], outline[:, 1]), height, width)
    shade = _soften(cover, 0.1 * head.scale)
    light = _light(linear, cover, head.scale)
    cloth = np.array(CLOTHS[int(random.integers(len(CLOTHS)))]) + random.uniform(-10, 10, 3)
    colour = to_linear(cloth.clip(0, 255).astype(np.uint8))
    x, y = head.coordinates(height, width)
    form = (1 - 0.3 * (x / wide) ** 2).clip(0.5, 1) * np.interp(y, [top, 1, low], [1.02, 1, 0.72])
    form = form + 0.1 * np.exp(-((x / 0.12) ** 2) - ((y - head.nose[1]) / 0.25) ** 2)
    for pleat in (0.78, 1.0, 1.22):
        across = (y - pleat - 0.05 * (1 - x**2)) / 0.022
        form = form * (1 - 0.22 * np.exp(-(across**2)) + 0.07 * np.exp(-((across + 2) ** 2)))
    weave = cv2.GaussianBlur(random.standard_normal((height, width), dtype=np.float32), (0, 0), 0.8)
    form = form * (1 + 0.03 * weave)
    loops = np.zeros((height, width), dtype=np.float32)
    for side, seen in ((-1, head.sides[0]), (1, head.sides[1])):
        if seen < 0.8:
            continue  # that ear is behind the head
        ends = [(0.97 * wide, ear), (1.14, 0.3), (1.17, 0.55), (0.95 * wide, 1.02)]
        line = _smooth([(side * a, b) for a, b in ends], closed=False)
        loops = np.maximum(loops, _stroke(head.points(line[:, 0], line[:, 1]), 0.035 * head.scale, height, width))
    # The loops lie on the cheeks; behind the head's edge they are out of sight.
    loops *= np.interp(np.abs(x), [1.02, 1.12], [1, 0]).astype(np.float32)
    out = linear * (1 - 0.3 * shade * (1 - cover))[..., None]
    out = _over(out, light[..., None] * np.float32(0.8), loops)
    cloth_light = (light * form.astype(np.float32))[..., None] * colour
    return to_srgb(_over(out, cloth_light, cover))


def sunglasses(image: RGBImage, landmarks: FloatArray, level: float, random: np.random.Generator) -> RGBImage:
    """Sunglasses of one of three shapes: dark lenses that mirror a bright sky and one lamp, a frame, and arms.

    What is seen of the skin behind a lens has crossed it twice: on its way in and on its way out, so its linear light
    falls to the square of the transmittance. A surface of refractive index 1.5 mirrors 4 % (Fresnel, straight on).
    Sizes are those of common frames: lenses 55 mm wide before eyes 63 mm apart.

    Args:
        level: filter category of ISO 12312-1: 1, 2, 3 or 4; see `TRANSMITTANCE`.
    """
    if level not in TRANSMITTANCE:
        raise ValueError(f"a filter category is one of {sorted(TRANSMITTANCE)}: {level}")
    head = Head.of(landmarks)
    linear = to_linear(image)
    height, width = image.shape[:2]
    power, drop = ((2.2, 0.1), (4.0, 0.04), (2.8, 0.16))[int(random.integers(3))]
    tall = float(random.uniform(0.33, 0.4))
    lamp = (float(random.uniform(-0.2, 0.2)), float(random.uniform(-0.2, -0.08)))
    tint = np.array([1, 1, 1], dtype=np.float32) + random.uniform(-0.15, 0.15, 3).astype(np.float32)
    lenses = np.zeros((height, width), dtype=np.float32)
    mirrored = np.zeros((height, width), dtype=np.float32)
    rims, inner, outer = np.zeros_like(lenses), [], []
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    apart = float((landmarks[1] - landmarks[0]) @ head.right)
    for eye, side, seen in ((landmarks[0], -1, head.sides[0]), (landmarks[1], 1, head.sides[1])):
        wide = 0.43 * apart * (0.75 + 0.25 * seen)
        centre = eye + head.down * (drop * 0.8 * head.scale)
        turns = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        cos, sin = np.cos(turns), np.sin(turns)
        across = wide * np.sign(cos) * np.abs(cos) ** (2 / power)
        below = tall * head.scale * np.sign(sin) * np.abs(sin) ** (2 / power)
        across *= 1 - 0.18 * below / (tall * head.scale)  # narrower below, wider at the brow
        outline = centre + across[:, None] * head.right + below[:, None] * head.down
        lenses = np.maximum(lenses, _fill(outline, height, width))
        rims = np.maximum(rims, _stroke(np.vstack([outline, outline[:1]]), 0.055 * head.scale, height, width))
        inner.append(centre - head.right * (side * wide * 1.03) - head.down * (0.3 * tall * head.scale))
        outer.append(centre + head.right * (side * wide * 1.08) - head.down * (0.55 * tall * head.scale))
        dx, dy = columns - centre[0], rows - centre[1]
        u = (dx * head.right[0] + dy * head.right[1]) / np.float32(head.scale)
        v = (dx * head.down[0] + dy * head.down[1]) / np.float32(head.scale)
        spot = np.exp(-(((u - lamp[0]) / 0.06) ** 2) - ((v - lamp[1]) / 0.035) ** 2)
        near = np.exp(-((u / 0.7) ** 4) - (v / 0.7) ** 4)
        mirrored += near * (0.04 * np.interp(v, [-tall, tall], [1.0, 0.25]) + 0.5 * spot).astype(np.float32)
    middle = (inner[0] + inner[1]) / 2 - head.down * (0.05 * head.scale)
    frame = np.maximum(rims, _stroke(np.stack([inner[0], middle, inner[1]]), 0.07 * head.scale, height, width))
    for spot_at, side, seen in ((outer[0], -1, head.sides[0]), (outer[1], 1, head.sides[1])):
        end = spot_at + head.right * (side * 0.3 * seen**2 * head.scale) + head.down * (0.02 * head.scale)
        frame = np.maximum(frame, _stroke(np.stack([spot_at, end]), 0.07 * head.scale, height, width))
    shade = 0.25 * _soften(np.maximum(lenses, frame), 0.12 * head.scale) * (1 - lenses)
    out = linear * (1 - shade)[..., None]
    behind = linear * np.float32(TRANSMITTANCE[int(level)] ** 2) * tint
    out = _over(out, behind + mirrored[..., None], lenses)
    rim = float(random.choice([0.01, 0.03, 0.12]))
    return to_srgb(_over(out, np.full_like(linear, rim), frame))


def _smooth(points: Sequence[tuple[float, float]], *, closed: bool = True) -> FloatArray:
    """Corners cut three times (Chaikin, 1974); shape (n, 2)."""
    line = np.array(points, dtype=np.float32)
    for _ in range(3):
        after = np.roll(line, -1, axis=0) if closed else line[1:]
        before = line if closed else line[:-1]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        line = cut if closed else np.vstack([line[:1], cut, line[-1:]])
    return line


def _fill(outline: FloatArray, height: int, width: int) -> FloatArray:
    """Coverage 0..1 (height, width) of a polygon in pixels, with an edge about as soft as a photo's."""
    layer = np.zeros((height, width), dtype=np.uint8)
    cv2.fillPoly(layer, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return _soften(np.asarray(layer / 255, dtype=np.float32), 0.7)


def _stroke(line: FloatArray, thickness: float, height: int, width: int) -> FloatArray:
    """Coverage 0..1 of a line; thinner than a pixel it is fainter."""
    layer = np.zeros((height, width), dtype=np.uint8)
    whole = max(1, round(thickness))
    cv2.polylines(layer, [np.rint(line * 16).astype(np.int32)], False, 255, whole, cv2.LINE_AA, 4)
    return _soften(np.asarray(layer * (min(1.0, thickness / whole) / 255), dtype=np.float32), 0.6)


def _soften(layer: FloatArray, sigma: float) -> FloatArray:
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), sigma), dtype=np.float32)


def _light(linear: FloatArray, cover: FloatArray, scale: float) -> FloatArray:
    """How much light falls on each place of the face, about 0.3..1.2: the blurred face over skin's reflectance."""
    luminance = linear @ _LUMINANCE
    smooth = _soften(luminance, 0.35 * scale)
    mean = float((luminance * cover).sum() / max(float(cover.sum()), 1e-6))
    relative = (smooth / max(mean, 1e-4)).clip(0.6, 1.4)
    return np.asarray(relative * np.clip(mean / _SKIN, 0.3, 1.1), dtype=np.float32)


def _over(below: FloatArray, above: FloatArray, cover: FloatArray) -> FloatArray:
    return np.asarray(below + (above - below) * cover[..., None], dtype=np.float32)
