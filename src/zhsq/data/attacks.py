"""Simulated presentation attacks: a photo printed or shown on a screen, held before a camera, and captured again.

Simulated, and no more than that. No labelled set of attacks is at hand, so these stand in for one: they let two models
or two releases be compared on the same trials, and show gross failures. They certify nothing: a test by ISO/IEC 30107-3
uses real instruments, real cameras and real people. No hands, no moving pictures, no masks of silicone, no attacker
who tries again. The live side is weak as well: a photo as it is, through the same camera, stands for a person.

What is modelled, in linear light:
- **Camera**, the same for live photos and attacks: blur, vignetting, exposure, white balance, shot and read noise
  (Poisson-Gaussian, as in Foi et al., TIP 17, 2008), sRGB, JPEG. 480x640, the makers' preview size.
- **Print**: ink on paper is neither black nor white (reflectance of about 0.04 to 0.9), fewer colours than the photo,
  paper tint, grain of the dither, the screen of a laser printer (106 to 150 lines an inch, one angle per ink).
- **Screen**: its own gamma and a bluer white, black that leaks and reflects the room, glare, a dark frame, and the grid
  of its pixels, shifted by a third of a pitch between red, green and blue.
- **Moire**: grid and screen are finer than the frame's pixels. Each is taken as a sine of its true frequency, damped by
  lens and pixel aperture, and sampled at the pixel centres: the beat that remains is the aliasing a camera sees. It is
  strong where a cheap camera makes its small frame by skipping pixels of a finer sensor, faint otherwise.
- **Bent print**: a photo cut out around the head and bent round a vertical cylinder, its outline in view.

A kind ending in `-close` fills the frame, as live photos do: nothing but the medium gives it away.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage

BONA_FIDE = "bona-fide"
#: Kinds of attack (presentation attack instrument species, in the standard's words).
KINDS = ("print", "print-close", "replay", "replay-close", "bent-print")
#: The camera's frame in pixels: width, height.
FRAME = (480, 640)

Light = NDArray[np.float32]
Random = np.random.Generator


def bona_fide(photo: RGBImage, *, seed: int) -> RGBImage:
    """A photo as it is, through the camera.

    Args:
        photo: (h, w, 3) uint8 RGB; its middle of 3:4 is used.
        seed: of the camera; an attack with the same seed is seen by the same camera.

    Returns:
        (640, 480, 3) uint8 RGB.
    """
    frame = cv2.resize(_linear(_portrait(photo)), FRAME, interpolation=cv2.INTER_CUBIC)
    return _capture(np.asarray(frame).clip(0, 1), np.random.default_rng(seed))


def attack(photo: RGBImage, kind: str, *, scene: RGBImage, seed: int) -> RGBImage:
    """A photo of a person presented in place of the person, through the camera.

    Args:
        photo: (h, w, 3) uint8 RGB; its middle of 3:4 is printed or shown.
        kind: one of `KINDS`.
        scene: any other photo; a corner of it, far out of focus, is what lies behind the attack.
        seed: of the camera and of the attack.

    Returns:
        (640, 480, 3) uint8 RGB.

    Raises:
        KeyError: the kind is unknown.
    """
    if kind not in KINDS:
        raise KeyError(f"no attack of kind {kind!r}; there are: {', '.join(KINDS)}")
    random = np.random.default_rng([seed, KINDS.index(kind)])
    picture = _linear(_portrait(photo))
    behind = _background(scene, random)
    skip = int(np.random.default_rng([seed, len(KINDS)]).integers(1, 5))  # the camera's, so the same for every kind
    close = kind.endswith("-close")
    if kind == "bent-print":
        frame = _bent(picture, behind, random)
    elif kind.startswith("print"):
        frame = _print(picture, behind, random, skip, close=close)
    else:
        frame = _replay(picture, behind, random, skip, close=close)
    return _capture(frame, np.random.default_rng(seed))


@dataclass(frozen=True)
class _Placed:
    """A flat thing in the frame: its light and cover, and where on it each pixel of the frame looks.

    `u` and `v` are in widths of the picture, from its top left corner; `pitch` is the size of a frame pixel on it.
    """

    light: Light
    cover: Light
    u: Light
    v: Light
    pitch: float


def _place(flat: Light, margin: float, scale: float, random: Random) -> _Placed:
    """Hold a flat thing before the camera, tilted a little.

    Args:
        flat: the picture with its margin, (h, w, 3).
        margin: width of the margin on the left and right, in widths of the picture.
        scale: width of the picture in widths of the frame.
        random: draws tilt and place.
    """
    height, width = flat.shape[:2]
    per_width = width / (1 + 2 * margin)
    top = (height - per_width * 4 / 3) / 2
    across, down = FRAME
    size = np.array([width, height]) / per_width * scale * across
    slack = np.maximum(np.array(FRAME) - size, 0) / 2
    # A close thing must cover the whole frame, so it is turned and tilted less.
    tilt, turn = (0.05, 4.0) if scale < 1 else (0.01, 1.0)
    angle = np.radians(random.uniform(-turn, turn))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * (1 + random.uniform(-tilt, tilt, (4, 2)))
    middle = np.array([across / 2, down / 2]) + random.uniform(-0.6, 0.6, 2) * slack
    target = ((corners * size) @ rotation.T + middle).astype(np.float32)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    light = cv2.warpPerspective(flat, matrix, FRAME, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, FRAME, flags=cv2.INTER_LINEAR)
    x, y = np.meshgrid(np.arange(across, dtype=np.float32), np.arange(down, dtype=np.float32))
    points = np.stack([x, y, np.ones_like(x)], axis=-1) @ np.linalg.inv(matrix).T.astype(np.float32)
    u = (points[..., 0] / points[..., 2] - margin * per_width) / per_width
    v = (points[..., 1] / points[..., 2] - top) / per_width
    return _Placed(np.asarray(light), np.asarray(cover)[..., None], u, v, 1 / (scale * across))


def _print(picture: Light, behind: Light, random: Random, skip: int, *, close: bool) -> Light:
    """A sheet with a white border; close: the picture reaches past the frame."""
    pad = round(random.uniform(0.03, 0.10) * picture.shape[1])
    sheet = cv2.copyMakeBorder(picture, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=[1.0] * 3)
    scale = random.uniform(1.08, 1.20) if close else random.uniform(0.50, 0.80)
    placed = _place(_on_paper(np.asarray(sheet), random), pad / picture.shape[1], scale, random)
    light = placed.light * _line_screen(placed, random, skip) * _uneven(random)
    return _over(light, placed.cover, behind)


def _on_paper(picture: Light, random: Random) -> Light:
    """Reflectance of a print: raised black, lowered white, narrower gamut, tint, grain of the dither."""
    grey = picture @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    narrow = picture + np.float32(random.uniform(0.10, 0.25)) * (grey[..., None] - picture)
    black, white = random.uniform(0.03, 0.06), random.uniform(0.80, 0.88)
    tint = random.uniform(0.96, 1.0, 3)
    enlarged = cv2.resize(narrow, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    # What is left of single dots after some tens of them fall on one camera pixel; strongest in the mid-tones.
    dots = random.normal(0, random.uniform(0.02, 0.05), enlarged.shape).astype(np.float32)
    inked = enlarged + dots * np.sqrt(np.maximum(enlarged * (1 - enlarged), 0))
    return np.asarray((black + (white - black) * inked.clip(0, 1)) * tint, dtype=np.float32)


def _line_screen(placed: _Placed, random: Random, skip: int) -> Light:
    """The halftone of a laser printer on a print 130 to 200 mm wide, as the camera's pixels sample it."""
    millimetres = random.uniform(130, 200)
    lines = random.uniform(106, 150) / 25.4 * millimetres  # per width of the picture
    strength = random.uniform(0.1, 0.4)
    angles = np.radians((15, 75, 0))  # cyan takes red light, magenta green, yellow blue
    return np.stack([_wave(placed, lines, angle, 0.0, strength, skip) for angle in angles], axis=-1)


def _replay(picture: Light, behind: Light, random: Random, skip: int, *, close: bool) -> Light:
    """A phone or tablet with a dark frame; close: the picture reaches past the camera's frame."""
    phone = bool(random.random() < 0.5)
    millimetres = random.uniform(62, 72) if phone else random.uniform(140, 165)
    pixel = random.uniform(0.055, 0.080) if phone else random.uniform(0.090, 0.125)  # millimetres
    gamma = random.uniform(0.9, 1.2)
    bluer = np.array([random.uniform(0.86, 0.96), random.uniform(0.94, 1.0), random.uniform(1.04, 1.16)])
    leak, room = random.uniform(0.002, 0.01), random.uniform(0.01, 0.04)
    shown = ((leak + (1 - leak) * np.power(picture, gamma)) * bluer).astype(np.float32)
    bars = round(random.uniform(0.05, 0.20) * shown.shape[1]) if phone else 0  # a phone is longer than 3:4
    screen = cv2.copyMakeBorder(shown, bars, bars, 0, 0, cv2.BORDER_CONSTANT, value=[leak] * 3)
    edge = round(random.uniform(0.02, 0.07) * shown.shape[1])
    body = random.uniform(0.005, 0.03)
    device = cv2.copyMakeBorder(np.asarray(screen), edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=[body] * 3)
    scale = random.uniform(1.08, 1.20) if close else random.uniform(0.45, 0.70)
    placed = _place(np.asarray(device), edge / shown.shape[1], scale, random)
    pixels = millimetres / pixel  # per width of the picture
    strength = random.uniform(0.4, 0.9)
    grid = np.stack([_wave(placed, pixels, 0.0, third, strength, skip) for third in (0, 2.0944, 4.1888)], axis=-1)
    rows = _wave(placed, pixels, np.pi / 2, 0.0, strength / 2, skip)
    brightness = random.uniform(0.8, 1.6)
    light = placed.light * grid * rows[..., None] * np.float32(brightness) + np.float32(room) + _glare(random)
    return _over(light, placed.cover, behind)


def _bent(picture: Light, behind: Light, random: Random) -> Light:
    """A print cut out around the head and bent round a vertical cylinder, its middle nearest to the camera."""
    paper = _on_paper(picture, random)
    height, width = paper.shape[:2]
    cut = paper[round(height * 0.08) : round(height * 0.92), round(width * 0.12) : round(width * 0.88)]
    height, width = cut.shape[:2]
    across, down = FRAME
    half_angle = random.uniform(0.5, 0.95)  # how far round the cylinder the print reaches to either side
    chord = random.uniform(0.45, 0.70) * across  # its width as seen
    radius = chord / 2 / np.sin(half_angle)
    middle = (across / 2 + random.uniform(-20, 20), down / 2 + random.uniform(-20, 20))
    x, y = np.meshgrid(np.arange(across, dtype=np.float32) - middle[0], np.arange(down, dtype=np.float32) - middle[1])
    round_angle = np.arcsin((x / radius).clip(-1, 1))
    distance = random.uniform(3.0, 6.0) * radius
    nearness = distance / (distance + radius * (1 - np.cos(round_angle)))  # edges bend away and look smaller
    flat_width = 2 * radius * half_angle
    per_pixel = width / flat_width
    map_x = (round_angle * radius * per_pixel + width / 2).astype(np.float32)
    map_y = (y / nearness * per_pixel + height / 2).astype(np.float32)
    light = np.asarray(cv2.remap(cut, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    inside = (np.abs(x) < radius) & (np.abs(round_angle) <= half_angle) & (map_y >= 0) & (map_y < height)
    lamp = random.uniform(-0.7, 0.7)
    shade = (0.35 + 0.65 * np.cos(round_angle - lamp).clip(0, 1)).astype(np.float32)
    return _over(light * shade[..., None], inside[..., None].astype(np.float32), behind)


def _wave(placed: _Placed, frequency: float, angle: float, phase: float, strength: float, skip: int) -> Light:
    """1 plus a sine on the medium, `frequency` cycles per width of the picture, sampled at the frame's pixels.

    The sensor is `skip` times finer than the frame and only every `skip`-th of its pixels is read. The damping is the
    modulation transfer of a sensor pixel's aperture, |sinc f|, and of the lens, a Gaussian of 0.4 sensor pixels; f in
    cycles per sensor pixel. Above half a cycle per frame pixel the samples alias, which is moire.
    """
    cycles = frequency * placed.pitch / skip
    damping = abs(np.sinc(cycles)) * np.exp(-2 * (np.pi * 0.4 * cycles) ** 2)
    turns = 2 * np.pi * frequency
    along = placed.u * np.float32(np.cos(angle) * turns) + placed.v * np.float32(np.sin(angle) * turns)
    return 1 + np.float32(strength * damping) * np.sin(along + np.float32(phase))


def _uneven(random: Random) -> Light:
    """Light that falls from one side: a slope over the frame of up to a third either way, and a tint."""
    across, down = FRAME
    angle, slope = random.uniform(0, 2 * np.pi), random.uniform(0.05, 0.33)
    x, y = np.meshgrid(np.linspace(-1, 1, across, dtype=np.float32), np.linspace(-1, 1, down, dtype=np.float32))
    level = 1 + x * np.float32(slope * np.cos(angle) / np.sqrt(2)) + y * np.float32(slope * np.sin(angle) / np.sqrt(2))
    tint = np.array([random.uniform(0.95, 1.08), 1.0, random.uniform(0.90, 1.05)], dtype=np.float32)
    return level[..., None] * tint


def _glare(random: Random) -> Light:
    """The soft reflection of a lamp in glass."""
    across, down = FRAME
    x, y = np.meshgrid(np.arange(across, dtype=np.float32), np.arange(down, dtype=np.float32))
    cx, cy = random.uniform(0, across), random.uniform(0, down)
    wide, high = random.uniform(25, 90), random.uniform(25, 160)
    away = ((x - np.float32(cx)) / np.float32(wide)) ** 2 + ((y - np.float32(cy)) / np.float32(high)) ** 2
    return np.float32(random.uniform(0.0, 0.35)) * np.exp(-away / 2)[..., None]


def _background(scene: RGBImage, random: Random) -> Light:
    """A top corner of another photo, enlarged to the frame and far out of focus."""
    height, width = scene.shape[:2]
    left = 0 if random.random() < 0.5 else width - width // 3
    corner = _linear(scene[: height // 2, left : left + width // 3])
    small = cv2.resize(corner, (FRAME[0] // 4, FRAME[1] // 4), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(cv2.GaussianBlur(small, (0, 0), 3), FRAME, interpolation=cv2.INTER_LINEAR))


def _over(light: Light, cover: Light, behind: Light) -> Light:
    return np.asarray(light * cover + behind * (1 - cover), dtype=np.float32)


def _capture(light: Light, random: Random) -> RGBImage:
    """The camera: linear light (640, 480, 3) to an 8-bit picture that has been through JPEG."""
    across, down = FRAME
    seen = np.asarray(cv2.GaussianBlur(light, (0, 0), random.uniform(0.6, 1.2)), dtype=np.float32)
    x, y = np.meshgrid(np.linspace(-1, 1, across, dtype=np.float32), np.linspace(-1, 1, down, dtype=np.float32))
    seen *= (1 - np.float32(random.uniform(0.0, 0.12)) * (x * x + y * y))[..., None]
    middle = float(seen[down // 4 : -down // 4, across // 4 : -across // 4].mean())
    exposure = 0.20 * 2 ** random.uniform(-0.4, 0.4) / max(middle, 1e-3)
    seen *= (exposure * random.uniform(0.97, 1.03, 3)).astype(np.float32)
    shot, read = np.float32(random.uniform(0.008, 0.02)), np.float32(random.uniform(0.002, 0.005))
    full = seen.clip(0, 1)
    full += random.standard_normal(full.shape, dtype=np.float32) * np.sqrt(shot**2 * full + read**2)
    pixels = _CODE[np.rint(full.clip(0, 1) * (len(_CODE) - 1)).astype(np.uint16)]
    quality = int(random.integers(80, 96))
    _, jpeg = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1])


def _portrait(photo: RGBImage) -> RGBImage:
    """The middle of a photo, 3 wide to 4 high."""
    height, width = photo.shape[:2]
    across, down = min(width, height * 3 // 4), min(height, width * 4 // 3)
    left, top = (width - across) // 2, (height - down) // 2
    return photo[top : top + down, left : left + across]


def _linear(photo: RGBImage) -> Light:
    """sRGB 0..255 to linear light 0..1 (IEC 61966-2-1)."""
    return _LINEAR[photo]


_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
#: The camera's converter has 12 bits; this is the sRGB code of each of its levels.
_LEVELS = np.arange(4096) / 4095
_SRGB = np.where(_LEVELS <= 0.0031308, 12.92 * _LEVELS, 1.055 * np.power(_LEVELS, 1 / 2.4) - 0.055)
_CODE = np.rint(_SRGB * 255).astype(np.uint8)
