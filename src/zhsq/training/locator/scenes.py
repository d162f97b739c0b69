"""Photos with plates in them, drawn: every class, by day and night, none to four a photo, corners known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from zhsq.imaging import RGBImage
from zhsq.models.plate.grammar import random_plate
from zhsq.training.locator.backgrounds import background
from zhsq.training.locator.camera import shoot
from zhsq.training.locator.cars import Panel, bare, car, quad
from zhsq.training.locator.config import SceneConfig
from zhsq.training.locator.pictures import photographs
from zhsq.training.locator.signs import sign
from zhsq.training.plates import fonts
from zhsq.training.plates.flat import draw
from zhsq.training.plates.glyphs import alphabets
from zhsq.training.plates.layouts import layout_of
from zhsq.training.plates.synthesis import SHARES

Floats = NDArray[np.float32]


#: Standard deviation of the grey levels on a plate, below which nobody could tell it.
LEAST_CONTRAST = 7.0


@dataclass(frozen=True)
class Scene:
    """One photo.

    Attributes:
        image: (height, width, 3) uint8 RGB.
        corners: (n, 4, 2) float32 pixels of the plates, left-top, right-top, right-bottom, left-bottom (edges); they
            may lie outside the photo.
        classes: of the plates, n names.
        visible: (n,) float32, share of each plate that is seen: within the photo and not behind something; 0 where the
            dark or a glare leaves no contrast.
        others: (m, 4, 2) float32, of signs, stickers and badges.
        night: whether it is.
    """

    image: RGBImage
    corners: Floats
    classes: tuple[str, ...]
    visible: Floats
    others: Floats
    night: bool


class Scenes:
    """Draws scenes; the same seed gives the same scenes in the same order.

    Raises:
        DownloadError: a font or a photograph is neither on the machine nor to be had.
    """

    def __init__(self, config: SceneConfig, seed: int) -> None:
        self.config = config
        self._rng = np.random.default_rng([seed, 7])
        small = config.fonts == "small"
        self._faces = fonts.SMALL_CHINESE if small else fonts.CHINESE
        latin = () if small else fonts.LATIN
        self._alphabets = alphabets(self._faces, latin, np.random.default_rng([seed, 8]), config.alphabets, 0.5)
        self._photographs = photographs() if config.pictures else ()
        self._classes, shares = tuple(SHARES), np.array(list(SHARES.values()))
        self._shares = shares / shares.sum()

    def draw(self, width: int, height: int, scale: float = 1.0) -> Scene:
        """The next scene of `width` x `height` pixels; plates are `scale` times as large as the configuration says."""
        rng, config = self._rng, self.config
        night = bool(rng.random() < config.night)
        rain = bool(rng.random() < config.rain)
        canvas = background(width, height, self._photographs, rng)
        count = 0 if rng.random() < config.empty else int(rng.choice([1, 1, 1, 2, 2, 3, 4]))
        owner = np.full((height, width), -1, np.int16)  # which plate a pixel shows
        corners: list[Floats] = []
        areas: list[float] = []
        classes: list[str] = []
        others: list[Floats] = []
        jobs = ["sign"] * int(rng.choice([0, 0, 1, 2, 3])) + ["plate"] * count
        for job in rng.permutation(jobs):
            if job == "sign":
                board = sign(self._faces, rng)
                panel = Panel(board, np.full(board.shape[:2], 255, np.uint8), np.zeros((0, 4, 2), np.float32),
                              quad(0, 0, board.shape[1], board.shape[0])[None])  # fmt: skip
                name = ""
            else:
                name = str(self._classes[int(rng.choice(len(self._classes), p=self._shares))])
                text = random_plate(name, rng)  # type: ignore[arg-type]
                layout = layout_of(name, text, float(rng.random()))
                flat = draw(text, layout, self._alphabets[int(rng.integers(len(self._alphabets)))], rng)
                panel = car(flat, night, self._faces, rng) if rng.random() < 0.85 else bare(flat, rng)
            matrix, shrunk = self._place(panel, width, height, scale, count)
            seen = _paste(canvas, *shrunk)
            owner[seen > 127] = -1
            others += list(_through(matrix, panel.others))
            for plate in _through(matrix, panel.plates):
                cv2.fillConvexPoly(owner, np.round(plate - 0.5).astype(np.int32), len(corners))
                corners.append(plate)
                areas.append(max(1.0, cv2.contourArea(plate)))
                classes.append(name)
        if rng.random() < 0.3:
            _occlude(canvas, owner, rng)
        found = np.stack(corners) if corners else np.zeros((0, 4, 2), np.float32)
        shown = np.array([(owner == i).sum() for i in range(len(corners))], np.float32)
        visible = np.minimum(shown / np.array(areas, np.float32), 1) if corners else shown
        lamps = (found.mean(1) + rng.normal(0, 0.15, (len(found), 2)) * (width, height)).astype(np.float32)
        image = shoot(canvas, night, rain, lamps, rng)
        visible *= np.array([_contrast(image, plate) >= LEAST_CONTRAST for plate in corners], np.float32)
        distractors = np.stack(others) if others else np.zeros((0, 4, 2), np.float32)
        return Scene(image, found, tuple(classes), visible.astype(np.float32), distractors, night)

    def _place(
        self, panel: Panel, width: int, height: int, scale: float, count: int
    ) -> tuple[Floats, tuple[RGBImage, NDArray[np.uint8], Floats]]:
        """A homography from the panel's pixels to the scene's; and the panel shrunk as the lens does, with its own."""
        rng, config = self._rng, self.config
        low, high = np.log(config.width[0]), np.log(config.width[1] / (1.0 if count < 3 else 1.6))
        reference = panel.plates[0] if len(panel.plates) else panel.others[0]
        zoom = float(np.exp(rng.uniform(low, high))) * scale / float(np.ptp(reference[:, 0]))
        # Half of the cars are seen nearly from the front; the others from anywhere.
        spread = 1.0 if rng.random() < 0.5 else 0.3
        turns = [float(np.radians(rng.uniform(-a, a))) * spread for a in (config.yaw, config.pitch, config.roll)]
        place = rng.uniform((0.04, 0.08), (0.96, 0.94)) * (width, height)
        near = 1.3 * zoom * float(np.hypot(*panel.mask.shape)) / 2  # nothing may come behind the camera
        distance = max(float(rng.uniform(1.5, 5.0)) * max(width, height), near)
        matrix = homography(reference.mean(0), zoom, (turns[0], turns[1], turns[2]), distance, place.astype(np.float32))
        if zoom >= 0.75:
            return matrix, (panel.image, panel.mask, matrix)
        tall, wide = panel.mask.shape
        size = (max(2, round(wide * zoom * 1.15)), max(2, round(tall * zoom * 1.15)))
        image = np.asarray(cv2.resize(panel.image, size, interpolation=cv2.INTER_AREA), np.uint8)
        mask = np.asarray(cv2.resize(panel.mask, size, interpolation=cv2.INTER_AREA), np.uint8)
        grow = np.diag([wide / size[0], tall / size[1], 1.0]).astype(np.float32)
        return matrix, (image, mask, (matrix @ grow).astype(np.float32))


def homography(
    middle: Floats, zoom: float, turns: tuple[float, float, float], distance: float, place: Floats
) -> Floats:
    """How a plane is seen that is turned about the vertical, then across, then in the view.

    Args:
        middle: (2,) of the plane, the point that comes to `place` (2,), pixels.
        zoom: pixels of the photo for one of the plane at `middle`, before turning.
        turns: yaw, pitch, roll in radians.
        distance: of the camera from `middle`, pixels of the photo; also its focal length.

    Returns:
        (3, 3) float32, plane to photo.
    """
    (cy, cp, cr), (sy, sp, sr) = np.cos(turns), np.sin(turns)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    rotation = about_z @ about_x @ about_y
    lens = np.array([[distance, 0, place[0]], [0, distance, place[1]], [0, 0, 1]])
    pose = np.column_stack([rotation[:, 0] * zoom, rotation[:, 1] * zoom, (0, 0, distance)])
    shift = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]])
    return np.asarray(lens @ pose @ shift, np.float32)


def _through(matrix: Floats, quads: Floats) -> Floats:
    if not len(quads):
        return quads
    return np.asarray(cv2.perspectiveTransform(quads.reshape(1, -1, 2), matrix.astype(np.float64)), np.float32).reshape(
        -1, 4, 2
    )


def _paste(canvas: RGBImage, image: RGBImage, mask: NDArray[np.uint8], matrix: Floats) -> NDArray[np.uint8]:
    """Draw a panel into the scene; returns how far it covers each pixel, (h, w) uint8."""
    height, width = canvas.shape[:2]
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # from pixel centres to edges
    centred = np.linalg.inv(half) @ matrix.astype(np.float64) @ half
    outline = _through(matrix, quad(0, 0, image.shape[1], image.shape[0])[None])[0]
    left, top = np.maximum(np.floor(outline.min(0)), 0).astype(int)
    right, low = np.minimum(np.ceil(outline.max(0)) + 1, (width, height)).astype(int)
    cover = np.zeros((height, width), np.uint8)
    if right <= left or low <= top:
        return cover
    centred = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ centred
    size = (int(right - left), int(low - top))
    pixels = cv2.warpPerspective(image, centred, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover[top:low, left:right] = cv2.warpPerspective(mask, centred, size, flags=cv2.INTER_LINEAR)
    share = cover[top:low, left:right].astype(np.uint16)[..., None]
    part = canvas[top:low, left:right]
    part[:] = (part * (255 - share) + pixels * share) // 255
    return cover


def _contrast(image: RGBImage, plate: Floats) -> float:
    """Standard deviation of the grey levels within a plate's middle; 0 outside the photo."""
    middle = plate.mean(0) + (plate - plate.mean(0)) * 0.75
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.round(middle - 0.5).astype(np.int32), 1)
    inside = image[mask > 0]
    return float(inside.mean(1).std()) if len(inside) else 0.0


def _occlude(canvas: RGBImage, owner: NDArray[np.int16], rng: np.random.Generator) -> None:
    """Posts and leaves in front of the cars."""
    height, width = canvas.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        colour = tuple(int(v) for v in rng.integers(0, 220, 3))
        start = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        stop = (start[0] + int(rng.normal(0, 0.15 * width)), start[1] + int(rng.normal(0, 0.4 * height)))
        thick = int(rng.integers(2, max(3, width // 30)))
        cv2.line(canvas, start, stop, colour, thick, cv2.LINE_AA)
        cv2.line(owner, start, stop, -1, thick)
