"""The camera: what it does to a plate stays a picture, and of the same plate."""

from __future__ import annotations

import numpy as np
import pytest

from zhsq.imaging import RGBImage
from zhsq.training.plates.config import Camera
from zhsq.training.plates.flat import draw
from zhsq.training.plates.glyphs import Alphabet
from zhsq.training.plates.layouts import layout_of
from zhsq.training.plates.scene import STORED, UPRIGHT, Cut, bare, mounted, photograph, surroundings

#: Nothing goes wrong but compression and the corners.
KIND = Camera(
    width=(150, 190),
    squeeze=(1, 1),
    tilt=0,
    blur=0,
    motion=0,
    noise=0,
    dark=0,
    bright=0,
    tinted=0,
    dirt=0,
    glare=0,
    shadow=0,
    haze=0,
    grey=0,
)
#: Everything goes wrong at once, as far as it goes.
CRUEL = Camera(
    width=(12, 400),
    squeeze=(0.2, 3),
    tilt=40,
    blur=0.1,
    motion=0.3,
    noise=120,
    dark=0.5,
    bright=0.5,
    tinted=0,
    dirt=1,
    glare=1,
    shadow=1,
    haze=1,
    grey=0.5,
)


@pytest.fixture(scope="module")
def plate(alphabet: Alphabet) -> RGBImage:
    return draw("皖A12345", layout_of("blue", "皖A12345", 0.0), alphabet, np.random.default_rng(0))


def yellow(crop: np.ndarray) -> np.ndarray:
    """Where a crop of integers is yellow as no car body is."""
    return (crop[..., 0] + crop[..., 1]) / 2 - crop[..., 2] > 110


@pytest.mark.parametrize(("camera", "draws"), [(Camera(), 2000), (CRUEL, 500)], ids=["usual", "cruel"])
def test_no_draw_of_the_camera_fails(camera: Camera, draws: int, plate: RGBImage) -> None:
    rng, low, high = np.random.default_rng(0), *camera.width
    flat, spread = 0, set()
    for _ in range(draws):
        crop = photograph(plate, camera, rng)
        assert crop.dtype == np.uint8 and crop.ndim == 3 and crop.shape[2] == 3
        assert low - 1 <= crop.shape[1] <= high + 1 and crop.shape[0] >= 12
        flat += int(np.ptp(crop) < 16)
        spread.add(crop.shape)
    assert flat < 0.02 * draws  # a picture of one colour would teach nothing
    assert len(spread) > draws / 10


def test_the_same_seed_takes_the_same_photo(plate: RGBImage) -> None:
    first, again, other = (photograph(plate, Camera(), np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert first.tobytes() == again.tobytes() and first.tobytes() != other.tobytes()


@pytest.mark.parametrize("cut", ["box", "corners"])
def test_what_stood_left_and_above_still_does(cut: Cut) -> None:
    quarters = {(0, 0): (220, 20, 20), (0, 1): (20, 220, 20), (1, 0): (20, 20, 220), (1, 1): (220, 220, 20)}
    plate = np.empty((70, 220, 3), np.uint8)
    for (row, column), colour in quarters.items():
        plate[35 * row : 35 * row + 35, 110 * column : 110 * column + 110] = colour
    rng = np.random.default_rng(0)
    for _ in range(20):
        crop = photograph(plate, KIND, rng, cut=cut).astype(int)
        height, width = crop.shape[:2]
        for (row, column), colour in quarters.items():
            pixel = crop[
                height * (3 + 2 * row) // 8, width * (3 + 2 * column) // 8
            ]  # near the middle: corners may be off
            # Whatever the light, the channels that were on are far above those that were off.
            assert pixel[np.array(colour) > 100].min() > 2 * pixel[np.array(colour) < 100].max()


def test_a_box_around_a_tilted_plate_shows_some_car_and_all_of_the_plate() -> None:
    plate = np.full((70, 220, 3), (250, 250, 0), np.uint8)  # no car body is so yellow
    tilted = KIND.model_copy(update={"tilt": 6.0})
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(40):
        crop = photograph(plate, tilted, rng, cut="box").astype(int)
        shares.append(float(yellow(crop).mean()))
    assert 0.6 < np.median(shares) < 0.95


def test_the_plate_in_the_dark_is_darker(plate: RGBImage) -> None:
    night = KIND.model_copy(update={"dark": 1.0})
    rng = np.random.default_rng(2)
    by_day = [photograph(plate, KIND, rng).mean() for _ in range(30)]
    by_night = [photograph(plate, night, rng).mean() for _ in range(30)]
    assert np.median(by_night) < 0.6 * np.median(by_day)


def test_a_stored_crop_has_a_readers_size(plate: RGBImage) -> None:
    stored = Camera(stored=1.0)
    rng = np.random.default_rng(3)
    assert {photograph(plate, stored, rng).shape for _ in range(20)} == {(STORED[1], STORED[0], 3)}


def test_a_crop_that_is_set_upright_shows_the_plate_and_nothing_else() -> None:
    plate = np.full((70, 220, 3), (250, 250, 0), np.uint8)
    tilted = KIND.model_copy(update={"tilt": 6.0})
    shares = []
    for camera in (tilted, tilted.model_copy(update={"upright": 1.0})):
        rng, found = np.random.default_rng(1), []
        for _ in range(40):
            crop = photograph(plate, camera, rng, cut="box").astype(int)
            found.append(float(yellow(crop).mean()))
        shares.append(float(np.median(found)))
    assert crop.shape == (UPRIGHT[1], UPRIGHT[0], 3)
    assert shares[1] > 0.93 > shares[0] + 0.05


def test_a_mounted_plate_is_all_there_but_for_its_edges() -> None:
    plate = np.full((70, 220, 3), (250, 250, 0), np.uint8)
    rng, covered = np.random.default_rng(5), []
    for _ in range(60):
        whole, left, top = mounted(plate, rng)
        assert whole.shape[0] > 70 + top and whole.shape[1] > 220 + left and whole.dtype == np.uint8
        part = whole[top : top + 70, left : left + 220]
        assert (part[8:-8, 8:-8] == plate[8:-8, 8:-8]).all()
        covered.append(bool((part != plate).any()))
    assert 0.1 < np.mean(covered) < 0.5


def test_the_end_that_is_nearer_is_taller() -> None:
    plate = np.full((70, 220, 3), (250, 250, 0), np.uint8)
    flat = KIND.model_copy(update={"slope": 0.0, "lean": 0.0, "corner": 0.0})

    def unlike(camera: Camera) -> float:
        """How much the heights of the plate's two ends differ, in shares of the crop's."""
        rng, found = np.random.default_rng(6), []
        for _ in range(40):
            crop = photograph(plate, camera, rng, cut="box").astype(int)
            seen = yellow(crop)
            ends = seen[:, crop.shape[1] // 8].mean(), seen[:, -crop.shape[1] // 8].mean()
            found.append(abs(float(ends[0] - ends[1])))
        return float(np.mean(found))

    assert unlike(flat.model_copy(update={"near": 0.15})) > 0.1 > unlike(flat)


def test_surroundings_are_pictures_of_the_size_asked_for() -> None:
    for width, height in ((12, 12), (190, 60), (1, 1)):
        around = surroundings(width, height, np.random.default_rng(0))
        assert around.shape == (height, width, 3) and around.dtype == np.uint8


def test_crops_without_a_plate_are_of_many_kinds() -> None:
    rng = np.random.default_rng(7)
    crops = [bare(KIND, rng) for _ in range(200)]
    assert all(crop.dtype == np.uint8 and crop.ndim == 3 and crop.shape[2] == 3 for crop in crops)
    # How much neighbours differ, of how much all pixels do: a gradient has little, grain has all of it.
    shares = []
    for crop in crops:
        grey = crop.mean(2)
        shares.append(float(np.abs(np.diff(grey, axis=1)).mean() / (grey.std() + 1e-6)))
    assert min(shares) < 0.15 and max(shares) > 0.9
